import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { HOP_CLAIMS, HOP_TYPE, type HopClaims } from '#libs/contract';
import { secretKey } from '#libs/crypto';

/** A hop context taken apart; nothing of it may be believed before `hopTokenIsAuthentic`. */
export interface ParsedHopToken {
  generation: number;
  claims: HopClaims;
  signingInput: string;
  signature: Buffer;
}

const headers = new Map<number, string>();

/** Base64url of the protected header; generations are few and each is rendered once. */
function protectedHeader(generation: number): string {
  let text = headers.get(generation);
  if (text === undefined) {
    text = Buffer.from(JSON.stringify({ alg: 'HS256', typ: HOP_TYPE, kid: String(generation) })).toString(
      'base64url',
    );
    headers.set(generation, text);
  }
  return text;
}

const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', secretKey(key)).update(text).digest();

/** Renders a compact JWS (RFC 7515 §7.1) under HS256. */
export function renderHopToken(claims: HopClaims, generation: number, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signingInput = `${protectedHeader(generation)}.${payload}`;
  return `${signingInput}.${mac(key, signingInput).toString('base64url')}`;
}

/** Null if the text has not the form of a hop context. The header must be exactly what gateways write. */
export function parseHopToken(text: string): ParsedHopToken | null {
  const [header, payload, signature, ...rest] = text.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0)
    return null;
  const generation = generationOf(header);
  const claims = claimsOf(payload);
  if (generation === null || claims === null) return null;
  return {
    generation,
    claims,
    signingInput: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** The one header accepted is the one rendered above: no other `alg`, no `crit`, no other type. */
function generationOf(header: string): number | null {
  const parsed = jsonObject(header);
  const generation = Number(parsed?.['kid']);
  const isOurs = Number.isSafeInteger(generation) && generation > 0 && header === expectedHeader(generation);
  return isOurs ? generation : null;
}

/** Not cached, since an attacker may name any generation. */
const expectedHeader = (generation: number): string =>
  headers.get(generation) ??
  Buffer.from(JSON.stringify({ alg: 'HS256', typ: HOP_TYPE, kid: String(generation) })).toString('base64url');

function claimsOf(payload: string): HopClaims | null {
  const parsed = jsonObject(payload);
  return HOP_CLAIMS.is(parsed) ? parsed : null;
}

function jsonObject(base64url: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** True if the holder of the key has signed it; takes the same time whatever the signature. */
export function hopTokenIsAuthentic(token: ParsedHopToken, key: Buffer): boolean {
  const expected = mac(key, token.signingInput);
  return expected.length === token.signature.length && timingSafeEqual(expected, token.signature);
}

/** The `bh` claim of a body. */
export const hopBodyHash = (body: Buffer): string => hash('sha256', body, 'base64url');
