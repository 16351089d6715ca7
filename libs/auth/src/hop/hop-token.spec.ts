import { describe, expect, it } from 'vitest';
import type { HopClaims } from '#libs/contract';
import { hopTokenIsAuthentic, parseHopToken, renderHopToken } from './hop-token.js';

const KEY = Buffer.alloc(32, 1);
const CLAIMS: HopClaims = {
  iss: 'aws',
  aud: 'azure',
  iat: 1000,
  exp: 1060,
  jti: 'j',
  rid: 'r',
  srv: 's',
  htm: 'POST',
  bh: 'h',
  hops: 1,
  min_rev: 7,
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('hop token', () => {
  it('has the claims and the key generation that it was made with', () => {
    const sut = parseHopToken(renderHopToken(CLAIMS, 4, KEY));
    expect(sut).toMatchObject({ generation: 4, claims: CLAIMS });
    expect(sut !== null && hopTokenIsAuthentic(sut, KEY)).toBe(true);
  });

  it('is not authentic under another key', () => {
    const sut = parseHopToken(renderHopToken(CLAIMS, 4, KEY));
    expect(sut !== null && hopTokenIsAuthentic(sut, Buffer.alloc(32, 2))).toBe(false);
  });

  const [header, payload, signature] = renderHopToken(CLAIMS, 4, KEY).split('.');
  it.each([
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.x`],
    ['another algorithm', `${encode({ alg: 'HS512', typ: 'causeway-hop+jwt', kid: '4' })}.${payload}.${signature}`],
    ['a critical extension', `${encode({ alg: 'HS256', typ: 'causeway-hop+jwt', kid: '4', crit: ['b64'] })}.${payload}.${signature}`],
    ['a generation below one', `${encode({ alg: 'HS256', typ: 'causeway-hop+jwt', kid: '0' })}.${payload}.${signature}`],
    ['a claim missing', `${header}.${encode({ ...CLAIMS, bh: undefined })}.${signature}`],
    ['a claim of another type', `${header}.${encode({ ...CLAIMS, exp: '1060' })}.${signature}`],
    ['claims that are not JSON', `${header}.aGVsbG8.${signature}`],
  ])('is refused with %s', (_, text) => expect(parseHopToken(text)).toBeNull()); // prettier-ignore
});
