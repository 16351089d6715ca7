import { hash } from 'node:crypto';

/** Bytes of a block of SHA-256, and of its digest. */
const BLOCK = 64;
const DIGEST = 32;
/** Longer texts get a buffer of their own. Bytes. */
const SCRATCH = 4096;

/** A key's two padded forms (RFC 2104 §2), each at the start of a buffer in which what is hashed with it follows. */
interface PaddedKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const padded = new WeakMap<Buffer, PaddedKey>();

/**
 * HMAC-SHA-256 (RFC 2104) of an ASCII text, base64url. Two one-shot hashes cost half of what the object of `createHmac` does.
 * @param key must not change any more; what is derived from it is kept as long as it is.
 * @example hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?') // 'W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM'
 */
export function hmacSha256(key: Buffer, text: string): string {
  const { inner, outer } = paddedKey(key);
  // Text costs less to make than a buffer, here and in the result.
  outer.write(hash('sha256', innerBlockOf(inner, text), 'binary'), BLOCK, 'latin1');
  return hash('sha256', outer, 'base64url');
}

function innerBlockOf(inner: Buffer, text: string): Buffer {
  const length = BLOCK + text.length;
  if (length > SCRATCH) return Buffer.concat([inner.subarray(0, BLOCK), Buffer.from(text, 'latin1')]);
  inner.write(text, BLOCK, 'latin1');
  return inner.subarray(0, length);
}

function paddedKey(key: Buffer): PaddedKey {
  let known = padded.get(key);
  if (known === undefined) padded.set(key, (known = pad(key)));
  return known;
}

function pad(key: Buffer): PaddedKey {
  const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key;
  return { inner: paddedWith(short, 0x36, SCRATCH), outer: paddedWith(short, 0x5c, BLOCK + DIGEST) };
}

function paddedWith(key: Buffer, byte: number, size: number): Buffer {
  const block = Buffer.alloc(size);
  for (let i = 0; i < BLOCK; i++) block[i] = (key[i] ?? 0) ^ byte;
  return block;
}
