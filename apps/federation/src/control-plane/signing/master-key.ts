import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where a ciphertext lives. It is authenticated with it, so that one moved to another place does not open. */
export interface SealedPlace {
  table: string;
  row: string;
  column: string;
}

/** The master key does not open a ciphertext: it is another key, or the ciphertext was tampered with or moved. */
export class SealBroken extends Error {
  constructor(
    readonly place: SealedPlace,
    cause: unknown,
  ) {
    super(`${place.table}.${place.column} of ${place.row} cannot be decrypted`, { cause });
  }
}

/** Encrypts what the database keeps for the control plane: AES-256-GCM (NIST SP 800-38D), nonce and tag in front. */
export class MasterKey {
  constructor(private readonly key: Buffer) {}

  seal(place: SealedPlace, plaintext: Buffer): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv).setAAD(placeBytes(place));
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** @throws SealBroken */
  open(place: SealedPlace, sealed: Buffer): Buffer {
    try {
      const iv = sealed.subarray(0, IV_BYTES);
      const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, this.key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(placeBytes(place)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new SealBroken(place, cause);
    }
  }
}

const placeBytes = ({ table, row, column }: SealedPlace): Buffer => Buffer.from(`${table}|${row}|${column}`);
