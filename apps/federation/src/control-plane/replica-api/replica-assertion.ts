import { MAX_ASSERTION_SECONDS, REPLICA_CLAIMS, REPLICA_TYPE, type ReplicaClaims } from '#libs/contract';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { KnownReplica } from './replica-keys.service.js';

/** Seconds by which a replica's clock may be off. */
export const MAX_SKEW_SECONDS = 60;

/** The replica has signed the request, but at another time than now: its clock is off, or the request is an old one. */
export class ClockSkewError extends Error {
  /** @param offsetSeconds how far the replica's clock is ahead of this one. */
  constructor(readonly offsetSeconds: number) {
    super(`its clock is ${Math.abs(offsetSeconds)} s ${offsetSeconds < 0 ? 'behind' : 'ahead'}`);
  }
}

/** How far the clock of whoever issued this is ahead of this one, seconds. */
export const clockOffset = ({ iat }: ReplicaClaims): number => Math.round(iat - Date.now() / 1000);

/** The time is checked here and not by jose, which would not say how far it is off. `exp` follows `iat` within a minute. */
const ANY_TIME = Number.MAX_SAFE_INTEGER;

/** The parts of a request that its assertion is bound to, but for the body, which has not been read yet. */
export interface SignedParts {
  method: string;
  /** With query, as sent. */
  path: string;
}

/** The replica id that an assertion names, before anything is verified; null if it is not an assertion. */
export function claimedReplica(assertion: string): string | null {
  try {
    const { kid } = decodeProtectedHeader(assertion);
    return typeof kid === 'string' && kid.length <= 64 ? kid : null;
  } catch {
    return null;
  }
}

/**
 * Verifies a replica's assertion for one request. Whoever reads the body compares it with the claim `bh`.
 * @throws ClockSkewError if all but the time is right, or Error naming the claim that is wrong.
 */
export async function verifyAssertion(
  assertion: string,
  replica: KnownReplica,
  audience: string,
  parts: SignedParts,
): Promise<ReplicaClaims> {
  const { payload } = await jwtVerify(assertion, replica.publicKey, {
    algorithms: ['EdDSA'],
    typ: REPLICA_TYPE,
    audience,
    issuer: replica.id,
    clockTolerance: ANY_TIME,
  });
  const claims = REPLICA_CLAIMS.parse(payload, 'the assertion');
  assertBound(claims, parts);
  assertFresh(claims);
  return claims;
}

function assertFresh(claims: ReplicaClaims): void {
  const { iat, exp } = claims;
  if (exp <= iat || exp - iat > MAX_ASSERTION_SECONDS) throw new Error('exp is not within 60 s of iat');
  const offset = clockOffset(claims);
  if (Math.abs(offset) > MAX_SKEW_SECONDS) throw new ClockSkewError(offset);
}

function assertBound({ htm, htu }: ReplicaClaims, { method, path }: SignedParts): void {
  if (htm !== method) throw new Error('htm is not the method');
  if (htu !== path) throw new Error('htu is not the path');
}
