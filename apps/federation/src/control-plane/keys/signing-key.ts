import { createPrivateKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import type { SigningKey } from '#libs/registry';
import type { MasterKey } from './master-key.js';

/** An Ed25519 key of the control plane (RFC 8037). */
export interface OpenSigningKey {
  kid: string;
  /** Public part, JWK `x`. */
  x: string;
  state: SigningKey['state'];
  privateKey: KeyObject;
}

const place = (kid: string): string => `signing_key.private_ciphertext of ${kid}`;

/** Makes a key pair and returns its row, with the private part encrypted. */
export function newSigningKey(masterKey: MasterKey, state: SigningKey['state'], createdAt: Date): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicX = String(publicKey.export({ format: 'jwk' }).x);
  const kid = `cp-${hash('sha256', publicX, 'hex').slice(0, 16)}`;
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  return { kid, publicX, privateCiphertext: masterKey.seal(place(kid), pkcs8), state, createdAt };
}

/** @throws SealError if the master key is not the deployment's. */
export function openSigningKey(masterKey: MasterKey, row: SigningKey): OpenSigningKey {
  const key = masterKey.open(place(row.kid), row.privateCiphertext);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return { kid: row.kid, x: row.publicX, state: row.state, privateKey };
}
