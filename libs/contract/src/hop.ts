import { Type } from '@sinclair/typebox';
import { wireType, type WireValue } from './wire/wire-type.js';

/** Type of the hop context, a compact JWS (HS256) in the `Causeway-Hop` header. */
export const HOP_TYPE = 'causeway-hop+jwt';

const text = Type.String();
const integer = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

/** Claims of the hop context. The protected header carries `kid`: the generation of the pair's key. */
export const HOP_CLAIMS = wireType(
  Type.Object({
    /** Entry gateway, registry name. */
    iss: text,
    /** Handling gateway, registry name. */
    aud: text,
    /** Seconds since the epoch (RFC 7519 §2). */
    iat: integer,
    exp: integer,
    jti: text,
    /** The request id that the entry gateway minted; both audit parts carry it. */
    rid: text,
    /** MCP server. */
    srv: text,
    /** HTTP method. */
    htm: text,
    /** SHA-256 of the body as sent, base64url. */
    bh: text,
    /** Hops so far, this one included: always 1. */
    hops: integer,
    /** Revision at which the server's or its gateway's row last changed; the handling gateway waits for it. */
    min_rev: integer,
  }),
);
export type HopClaims = WireValue<typeof HOP_CLAIMS>;
