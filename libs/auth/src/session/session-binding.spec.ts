import { describe, expect, it } from 'vitest';
import type { HopKeyring } from '#libs/snapshot';
import type { Principal } from '#libs/request';
import { SessionBinding } from './session-binding.js';

const principal = (subject: string, issuer = 'registry'): Principal => ({
  issuer,
  subject,
  user: subject,
  groups: [],
  serverScope: ['*'],
  expiresAt: Infinity,
});
const keys = (...generations: number[]): HopKeyring => ({
  outbound: () => null,
  inbound: () => null,
  session: () => generations.map((generation) => ({ generation, key: Buffer.alloc(32, generation) })),
  refresh: () => Promise.resolve(),
});
const alice = principal('alice');

describe('SessionBinding', () => {
  it.each(['abc', 'a~b', '~', ''])('gives back the id %j that it sealed', (id) => {
    const sut = new SessionBinding(keys(1));
    expect(sut.open(sut.seal(id, alice, 's'), alice, 's')).toBe(id);
  });

  it('seals with the newest key and accepts the others', () => {
    const old = new SessionBinding(keys(1)).seal('abc', alice, 's');
    const sut = new SessionBinding(keys(2, 1));
    expect(sut.open(old, alice, 's')).toBe('abc');
    expect(sut.seal('abc', alice, 's')).toBe(new SessionBinding(keys(2)).seal('abc', alice, 's'));
  });

  const sealed = new SessionBinding(keys(1)).seal('abc', alice, 's');
  it.each([
    ['another principal', sealed, principal('bob'), 's'],
    ['the same subject of another issuer', sealed, principal('alice', 'https://idp'), 's'],
    ['another server', sealed, alice, 't'],
    ["the server's own id", 'abc', alice, 's'],
    ['another id under a stolen tag', sealed.replace('abc', 'abd'), alice, 's'],
    ['a shortened tag', sealed.slice(0, -4), alice, 's'],
    ['no tag', 'abc~', alice, 's'],
  ])('refuses %s', (_, id, who, server) => {
    const sut = new SessionBinding(keys(1));
    expect(() => sut.open(id, who, server)).toThrow('session_unknown');
  });

  it('neither seals nor opens while there is no key', () => {
    const sut = new SessionBinding(keys());
    expect(() => sut.seal('abc', alice, 's')).toThrow('session_key_missing');
    expect(() => sut.open(sealed, alice, 's')).toThrow('session_key_missing');
  });
});
