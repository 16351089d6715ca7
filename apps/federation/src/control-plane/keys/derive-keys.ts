import { hkdfSync } from 'node:crypto';

/** A gateway as keys are derived for it. */
export interface KeyHolder {
  name: string;
  /** Random; if it changes, so do all keys of the gateway. */
  incarnation: string;
}

const KEY_BYTES = 32;
const NO_SALT = Buffer.alloc(0);

/** HKDF-SHA256 (RFC 5869), base64url. Names and incarnations contain no `|`, so that no two inputs are the same. */
const derive = (secret: Buffer, ...info: (string | number)[]): string =>
  Buffer.from(hkdfSync('sha256', secret, NO_SALT, info.join('|'), KEY_BYTES)).toString('base64url');

/** Key of one generation for the hops from one gateway to another. */
export const hopKey = (secret: Buffer, entry: KeyHolder, handling: KeyHolder, generation: number): string =>
  derive(
    secret,
    'causeway/hop/v2',
    entry.name,
    entry.incarnation,
    handling.name,
    handling.incarnation,
    generation,
  );

/** Key of one generation that binds the sessions of a gateway; the same for all of its replicas. */
export const sessionKey = (secret: Buffer, { name, incarnation }: KeyHolder, generation: number): string =>
  derive(secret, 'causeway/session/v2', name, incarnation, generation);
