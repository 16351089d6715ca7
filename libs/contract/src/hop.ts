/** Type of the hop context, a compact JWS (HS256) in the `Causeway-Hop` header. */
export const HOP_TYPE = 'causeway-hop+jwt';

/** Claims of the hop context. The protected header carries `kid`: the generation of the pair's key. */
export interface HopClaims {
  /** Entry gateway, registry name. */
  iss: string;
  /** Handling gateway, registry name. */
  aud: string;
  /** Seconds since the epoch (RFC 7519 §2). */
  iat: number;
  exp: number;
  jti: string;
  /** The request id that the entry gateway minted; both audit parts carry it. */
  rid: string;
  /** MCP server. */
  srv: string;
  /** HTTP method. */
  htm: string;
  /** SHA-256 of the body as sent, base64url. */
  bh: string;
  /** Hops so far, this one included: always 1. */
  hops: number;
  /** Revision at which the server's or its gateway's row last changed; the handling gateway waits for it. */
  min_rev: number;
}
