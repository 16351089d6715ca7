import { hash, timingSafeEqual } from 'node:crypto';
import { HOP_CLAIMS, HOP_TYPE, type HopClaims } from '#libs/contract';
import { hmacSha256 } from '#libs/crypto';

/** A hop context taken apart; nothing of it may be believed before `hopTokenIsAuthentic`. */
export interface ParsedHopToken {
  generation: number;
  claims: HopClaims;
  signingInput: string;
  /** Base64url, as it came. */
  signature: string;
}

/** Protected headers, base64url, by the generation that they name. Generations are few, and each is rendered once. */
const headers = new Map<number, string>();
/** The same the other way round, so that a header that is known need not be read. */
const generations = new Map<string, number>();

function protectedHeader(generation: number): string {
  let text = headers.get(generation);
  if (text === undefined) {
    text = renderHeader(generation);
    headers.set(generation, text);
    generations.set(text, generation);
  }
  return text;
}

const renderHeader = (generation: number): string =>
  Buffer.from(JSON.stringify({ alg: 'HS256', typ: HOP_TYPE, kid: String(generation) })).toString('base64url');

/** Renders a compact JWS (RFC 7515 §7.1) under HS256. */
export function renderHopToken(claims: HopClaims, generation: number, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signingInput = `${protectedHeader(generation)}.${payload}`;
  return `${signingInput}.${hmacSha256(key, signingInput)}`;
}

/** Null if the text has not the form of a hop context. The header must be exactly what gateways write. */
export function parseHopToken(text: string): ParsedHopToken | null {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  if (first < 0 || second < 0 || text.includes('.', second + 1)) return null;
  const generation = generationOf(text.slice(0, first));
  const claims = generation === null ? null : claimsOf(text.slice(first + 1, second));
  if (generation === null || claims === null) return null;
  return { generation, claims, signingInput: text.slice(0, second), signature: text.slice(second + 1) };
}

/** The one header accepted is the one rendered above: no other `alg`, no `crit`, no other type. */
function generationOf(header: string): number | null {
  const known = generations.get(header);
  if (known !== undefined) return known;
  const generation = Number(jsonObject(header)?.['kid']);
  // Not kept before the token has proved true, since a stranger may name any generation.
  const isOurs = Number.isSafeInteger(generation) && generation > 0 && header === renderHeader(generation);
  return isOurs ? generation : null;
}

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
export function hopTokenIsAuthentic(
  { generation, signingInput, signature }: ParsedHopToken,
  key: Buffer,
): boolean {
  const expected = Buffer.from(hmacSha256(key, signingInput), 'latin1');
  const given = Buffer.from(signature, 'latin1');
  const isAuthentic = expected.length === given.length && timingSafeEqual(expected, given);
  if (isAuthentic) protectedHeader(generation);
  return isAuthentic;
}

/** The `bh` claim of a body. */
export const hopBodyHash = (body: Buffer): string => hash('sha256', body, 'base64url');
