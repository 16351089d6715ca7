import { randomBytes } from 'node:crypto';
import { writeDurably } from '../identity/durable-file.js';
import { readIfPresent } from '../identity/optional-file.js';

const KEY_BYTES = 32;

/** The key that was given, or else the one kept at this path, which is made at the first start. */
export async function loadDataKey(given: Buffer | null, path: string): Promise<Buffer> {
  if (given !== null) return given;
  const held = await readIfPresent(path);
  if (held?.length === KEY_BYTES) return held;
  const fresh = randomBytes(KEY_BYTES);
  await writeDurably(path, [fresh]);
  return fresh;
}
