import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;
const NO_SALT = Buffer.alloc(0);

/** HKDF-SHA256 (RFC 5869), base64url. A gateway's name contains no `|`, so that no two inputs are the same. */
const derive = (secret: Buffer, info: string): string =>
  Buffer.from(hkdfSync('sha256', secret, NO_SALT, info, KEY_BYTES)).toString('base64url');

/** Key of one generation for the hops from one gateway to another. */
export const hopKey = (secret: Buffer, entry: string, handling: string, generation: number): string =>
  derive(secret, `causeway/hop/v1|${entry}|${handling}|${generation}`);

/** Key of one generation that binds the sessions of a gateway; the same for all of its replicas. */
export const sessionKey = (secret: Buffer, gateway: string, generation: number): string =>
  derive(secret, `causeway/session/v1|${gateway}|${generation}`);
