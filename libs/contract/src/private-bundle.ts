import { Type, type Static } from '@sinclair/typebox';
import { filledText, key32, positive } from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

const pairKey = Type.Object({
  /** Name of the gateway at the other end. */
  peer: filledText,
  generation: positive,
  /** A symmetric key of 32 bytes, base64url. */
  key: key32,
});
export type PairKey = Static<typeof pairKey>;

/** Answer of `GET /internal/v1/bundle`: what only this gateway may know. */
export const PRIVATE_BUNDLE = wireType(
  Type.Object({
    gateway: filledText,
    /** The generation to sign with. Keys of the one before and the one after are accepted too. */
    generation: positive,
    /** Keys for hops that this gateway starts. */
    outbound: Type.Array(pairKey),
    /** Keys for hops that this gateway accepts. */
    inbound: Type.Array(pairKey),
    /**
     * Keys that bind an `Mcp-Session-Id` to its principal, the same for all replicas; the first, of the current
     * generation, is signed with, all are accepted.
     */
    session: Type.Array(Type.Omit(pairKey, ['peer'])),
  }),
);
export type PrivateBundle = WireValue<typeof PRIVATE_BUNDLE>;
