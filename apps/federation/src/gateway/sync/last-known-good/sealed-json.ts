import { join } from 'node:path';
import type { SealedBox } from '#libs/crypto';
import { writeDurably } from '../identity/durable-file.js';
import { readIfPresent } from '../identity/optional-file.js';

/** Writes a small value encrypted. @param name File name; the content opens under no other. */
export function writeSealedJson(
  directory: string,
  name: string,
  box: SealedBox,
  value: unknown,
): Promise<void> {
  return writeDurably(join(directory, name), [box.seal(name, Buffer.from(JSON.stringify(value)))]);
}

/** The value as written, or null if there is none. @throws Error if it cannot be decrypted. */
export async function readSealedJson(directory: string, name: string, box: SealedBox): Promise<unknown> {
  const sealed = await readIfPresent(join(directory, name));
  return sealed === null ? null : JSON.parse(box.open(name, sealed).toString('utf8'));
}
