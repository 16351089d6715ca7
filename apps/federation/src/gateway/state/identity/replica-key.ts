import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeDurably } from '../durable-file.js';
import { readIfPresent } from '../durable-file.js';

/** The replica's own key pair (Ed25519, RFC 8032). The private part never leaves the data directory. */
export interface ReplicaKey {
  privateKey: KeyObject;
  /** The public key's JWK `x`. */
  x: string;
}

/** Reads the key pair, or makes one at the first start. */
export async function loadReplicaKey(path: string): Promise<ReplicaKey> {
  const pem = await readIfPresent(path);
  if (pem !== null) return keyOf(createPrivateKey(pem));
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(path, [privateKey.export({ type: 'pkcs8', format: 'pem' })]);
  return keyOf(privateKey);
}

function keyOf(privateKey: KeyObject): ReplicaKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('the replica key is no Ed25519 key');
  return { privateKey, x };
}
