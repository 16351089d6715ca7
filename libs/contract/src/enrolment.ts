import { Type } from '@sinclair/typebox';
import { filledText, httpUrl, key32, positive, softwareVersion, text } from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

/** Body of `POST /internal/v1/enrol`. */
export const ENROL_REQUEST = wireType(
  Type.Object({
    joinToken: text(/^.{1,256}$/, 'a join token'),
    /** The replica's GATEWAY_URL; anything but the registered URL is refused with 409. */
    url: httpUrl,
    /** The replica's Ed25519 public key, JWK `x`. */
    publicKey: key32,
    version: softwareVersion,
    schemaVersion: positive,
  }),
);
export type EnrolRequest = WireValue<typeof ENROL_REQUEST>;

const key = Type.Object({ kid: filledText, x: filledText }, { allowed: '{kid, x}' });

/** Answer of `POST /internal/v1/enrol`. */
export const ENROL_ANSWER = wireType(
  Type.Object({
    gateway: filledText,
    replicaId: filledText,
    /** Audience of the replica's signed requests. */
    deploymentId: filledText,
    signingKeys: Type.Array(key),
  }),
);
export type EnrolAnswer = WireValue<typeof ENROL_ANSWER>;
