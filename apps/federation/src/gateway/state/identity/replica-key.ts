import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { FileDamagedError, readChecked, writeChecked } from '../durable-file.js';

/** The replica's own key pair (Ed25519, RFC 8032). The private part never leaves the data directory. */
export interface ReplicaKey {
  privateKey: KeyObject;
  /** The public key's JWK `x`. */
  x: string;
}

/** Reads the key pair; null if there is none. @throws FileDamagedError */
export async function readReplicaKey(path: string): Promise<ReplicaKey | null> {
  const pem = await readChecked(path);
  return pem === null ? null : keyOf(parse(path, pem));
}

/** Makes a new key pair in place of any that is there. */
export async function makeReplicaKey(path: string): Promise<ReplicaKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeChecked(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  return keyOf(privateKey);
}

function parse(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new FileDamagedError(path, 'it is not a private key in PEM');
  }
}

function keyOf(privateKey: KeyObject): ReplicaKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('the replica key is no Ed25519 key');
  return { privateKey, x };
}
