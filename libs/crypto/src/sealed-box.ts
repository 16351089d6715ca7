import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Sealed bytes do not open: they were sealed with another key, changed, cut short, or moved to another place. */
export class SealError extends Error {
  constructor(
    readonly place: string,
    cause: unknown,
  ) {
    super(`${place} cannot be decrypted`, { cause });
  }
}

/**
 * Encrypts what is kept in a database or on disk: AES-256-GCM (NIST SP 800-38D) with a random nonce. Sealed bytes are the
 * nonce, the tag and the ciphertext. The place where they are kept is authenticated with them, so that they open nowhere
 * else.
 */
export class SealedBox {
  /** @param key 32 bytes. */
  constructor(private readonly key: Buffer) {}

  /** @param place Names where the bytes will be kept, such as a file and the part of it, or a table, row and column. */
  seal(place: string, plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** @throws SealError */
  open(place: string, sealed: Buffer): Buffer {
    try {
      return this.decrypt(place, sealed);
    } catch (cause) {
      throw new SealError(place, cause);
    }
  }

  private decrypt(place: string, sealed: Buffer): Buffer {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  }
}
