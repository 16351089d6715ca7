import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { writeDurably } from '../identity/durable-file.js';
import { readIfPresent } from '../identity/optional-file.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Encrypts what is kept in the data directory: AES-256-GCM, the place bound in as additional data. */
export class DataBox {
  constructor(private readonly key: Buffer) {}

  /** @param place Name of the file, and of the part within it: sealed bytes open nowhere else. */
  seal(place: string, plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** @throws Error if the bytes were changed, moved, or sealed with another key. */
  open(place: string, sealed: Buffer): Buffer {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  }
}

/** The key that was given, or else one kept at this path, made at the first start. */
export async function loadDataKey(given: Buffer | null, path: string): Promise<Buffer> {
  if (given !== null) return given;
  const held = await readIfPresent(path);
  if (held?.length === KEY_BYTES) return held;
  const fresh = randomBytes(KEY_BYTES);
  await writeDurably(path, [fresh]);
  return fresh;
}
