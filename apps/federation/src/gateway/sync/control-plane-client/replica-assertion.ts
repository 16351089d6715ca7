import { controlPlaneAudience, REPLICA_TYPE, type ReplicaClaims } from '#libs/contract';
import { CompactSign } from 'jose';
import { hash, randomUUID } from 'node:crypto';
import type { Enrolment } from '../../state/identity/enrolment.js';
import type { ReplicaKey } from '../../state/identity/replica-key.js';

/** Below the longest life that the control plane accepts, and long enough for a slow connection. */
const LIFE_SECONDS = 30;

export interface SignedRequest {
  method: string;
  /** With query, as sent. */
  path: string;
  body: string | Buffer;
}

/** The JWS with which a replica authenticates one request; see {@link ReplicaClaims}. */
export async function replicaAssertion(
  key: ReplicaKey,
  enrolment: Enrolment,
  request: SignedRequest,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims: ReplicaClaims = {
    iss: enrolment.replicaId,
    aud: controlPlaneAudience(enrolment.deploymentId),
    htm: request.method,
    htu: request.path,
    bh: hash('sha256', request.body, 'base64url'),
    jti: randomUUID(),
    iat: now,
    exp: now + LIFE_SECONDS,
  };
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', typ: REPLICA_TYPE, kid: enrolment.replicaId })
    .sign(key.privateKey);
}
