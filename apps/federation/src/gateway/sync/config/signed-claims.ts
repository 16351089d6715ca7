import {
  DELTA_CLAIMS,
  DELTA_TYPE,
  HEAD_CLAIMS,
  HEAD_TYPE,
  WireError,
  type DeltaClaims,
  type HeadClaims,
} from '#libs/contract';
import { SnapshotRejected } from '#libs/snapshot';
import { compactVerify, errors, importJWK, type CryptoKey } from 'jose';

/** The public key (JWK `x`, Ed25519) of a signing key, or undefined if this replica does not know it. */
export type KnownKey = (kid: string) => string | undefined;

/** A statement of the control plane whose signature is valid. */
export interface Signed<T> {
  jws: string;
  claims: T;
}

const keys = new Map<string, Promise<CryptoKey | Uint8Array>>();

/** @throws SnapshotRejected if the head is not signed by a known key, or is not a head. */
export async function verifyHead(jws: string, known: KnownKey): Promise<Signed<HeadClaims>> {
  const claims = await verify(jws, HEAD_TYPE, known);
  return { jws, claims: readable(() => HEAD_CLAIMS.parse(claims, 'the head')) };
}

/** @throws SnapshotRejected if the delta is not signed by a known key, or is not a delta. */
export async function verifyDelta(jws: string, known: KnownKey): Promise<Signed<DeltaClaims>> {
  const claims = await verify(jws, DELTA_TYPE, known);
  return { jws, claims: readable(() => DELTA_CLAIMS.parse(claims, 'the delta')) };
}

async function verify(jws: string, type: string, known: KnownKey): Promise<unknown> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, (header) => keyFor(header.kid, known), {
      algorithms: ['EdDSA', 'Ed25519'],
    });
    if (protectedHeader.typ !== type) throw invalid(`the type is not ${type}`);
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) throw invalid(error.message);
    throw error;
  }
}

function keyFor(kid: string | undefined, known: KnownKey): Promise<CryptoKey | Uint8Array> {
  const x = kid === undefined ? undefined : known(kid);
  if (x === undefined) throw invalid('the signing key is not known');
  const held = keys.get(x) ?? importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
  keys.set(x, held);
  return held;
}

const invalid = (detail: string): SnapshotRejected => new SnapshotRejected('signature_invalid', detail);

function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof WireError ? invalid(error.message) : error;
  }
}
