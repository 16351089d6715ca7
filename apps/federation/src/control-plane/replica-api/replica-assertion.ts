import { MAX_ASSERTION_SECONDS, REPLICA_CLAIMS, REPLICA_TYPE, type ReplicaClaims } from '#libs/contract';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { KnownReplica } from './replica-keys.service.js';

/** Seconds by which a replica's clock may be off. */
export const MAX_SKEW_SECONDS = 60;

/** The parts of a request that its assertion is bound to. */
export interface SignedParts {
  method: string;
  /** With query, as sent. */
  path: string;
  /** SHA-256 of the body as sent, base64url. */
  bodyHash: string;
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
 * Verifies a replica's assertion for one request.
 * @throws Error naming the claim that is wrong.
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
    clockTolerance: MAX_SKEW_SECONDS,
  });
  const claims = REPLICA_CLAIMS.parse(payload, 'the assertion');
  assertFresh(claims, Date.now() / 1000);
  assertBound(claims, parts);
  return claims;
}

function assertFresh({ iat, exp }: ReplicaClaims, now: number): void {
  if (Math.abs(now - iat) > MAX_SKEW_SECONDS) throw new Error('iat is too far from now');
  if (exp <= iat || exp - iat > MAX_ASSERTION_SECONDS) throw new Error('exp is not within 60 s of iat');
}

function assertBound({ htm, htu, bh }: ReplicaClaims, { method, path, bodyHash }: SignedParts): void {
  if (htm !== method) throw new Error('htm is not the method');
  if (htu !== path) throw new Error('htu is not the path');
  if (bh !== bodyHash) throw new Error('bh is not the hash of the body');
}
