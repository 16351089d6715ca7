import { createSecretKey, type KeyObject } from 'node:crypto';

const imported = new WeakMap<Buffer, KeyObject>();

/** The key in the form that an HMAC starts from at once; importing the same bytes each time costs more than the HMAC. */
export function secretKey(bytes: Buffer): KeyObject {
  let key = imported.get(bytes);
  if (key === undefined) imported.set(bytes, (key = createSecretKey(bytes)));
  return key;
}
