import { Type } from '@sinclair/typebox';
import { filledText, text, wholeNumber } from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

/** Type of the JWS by which a replica authenticates a request to the control plane. */
export const REPLICA_TYPE = 'causeway-replica+jwt';

/** Longest life of a replica's signed request and of a hop context, seconds. */
export const MAX_ASSERTION_SECONDS = 60;

export const controlPlaneAudience = (deploymentId: string): string =>
  `urn:causeway:control-plane:${deploymentId}`;

/** Claims of a replica's signed request: `Authorization: Bearer <JWS>`, header `kid` = replica id. */
export const REPLICA_CLAIMS = wireType(
  Type.Object({
    /** Replica id. */
    iss: filledText,
    /** `urn:causeway:control-plane:<deploymentId>`. */
    aud: filledText,
    /** HTTP method. */
    htm: filledText,
    /** Path with query, as sent. */
    htu: filledText,
    /** SHA-256 of the body as sent, base64url; of the empty string if there is none. */
    bh: filledText,
    jti: text(/^[^]{8,128}$/, '8 to 128 characters'),
    iat: wholeNumber,
    exp: wholeNumber,
  }),
);
export type ReplicaClaims = WireValue<typeof REPLICA_CLAIMS>;
