import { randomUUID } from 'node:crypto';
import { HEADERS, type HopClaims } from '#libs/contract';
import { McpRequest, RequestLog, type BodySource } from '#libs/request';
import type { HopKeyring, SnapshotStore } from '#libs/snapshot';
import { describe, expect, it } from 'vitest';
import { renderHopToken } from './hop-token.js';
import { HopVerifier } from './hop-verifier.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const STORE = { hasRevision: () => true, current: { gateway: () => ({}) } } as unknown as SnapshotStore;

function hopSignedWith(key: Buffer): { claims: HopClaims; request: McpRequest } {
  const iat = Math.floor(Date.now() / 1000);
  const of = { iss: 'aws', aud: 'azure', srv: 's', htm: 'POST', bh: 'h', hops: 1, min_rev: 1 };
  const claims = { ...of, iat, exp: iat + 60, jti: randomUUID(), rid: randomUUID() };
  const headers = { [HEADERS.hop]: renderHopToken(claims, 1, key) };
  return {
    claims,
    request: new McpRequest('POST', 's', headers, {} as BodySource, { address: '', last: null }),
  };
}

/** The verifier of gateway azure, which gets the new key by asking for its bundle again. */
function verifier(): { sut: HopVerifier; asked: () => number } {
  let key = OLD;
  let asked = 0;
  const keyring: HopKeyring = {
    outbound: () => null,
    inbound: () => key,
    session: () => [],
    refresh: () => {
      asked++;
      key = NEW;
      return Promise.resolve();
    },
  };
  return { sut: new HopVerifier(STORE, keyring, { name: 'azure' } as never), asked: () => asked };
}

describe('HopVerifier', () => {
  it('accepts a hop under a key of the same generation that the entry gateway got before this one', async () => {
    const { sut } = verifier();
    const { claims, request } = hopSignedWith(NEW);
    expect(await sut.accept(request, new RequestLog())).toEqual(claims);
  });

  it('refuses a hop under the former key as soon as it has the new one', async () => {
    const { sut } = verifier();
    await sut.accept(hopSignedWith(NEW).request, new RequestLog());
    const late = sut.accept(hopSignedWith(OLD).request, new RequestLog());
    await expect(late).rejects.toThrow('hop_untrusted');
  });

  it('asks for nothing while the keys match', async () => {
    const { sut, asked } = verifier();
    await sut.accept(hopSignedWith(OLD).request, new RequestLog());
    expect(asked()).toBe(0);
  });
});
