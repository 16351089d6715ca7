import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the user that runs the replica may read what is written. */
const PRIVATE = 0o600;

/**
 * Writes a file so that after a crash either the old or the new content is there: a temporary file, flushed, renamed.
 * @param chunks Written one after the other, so that a large file need not be in memory.
 */
export async function writeDurably(
  path: string,
  chunks: Iterable<Buffer | string> | AsyncIterable<Buffer | string>,
): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeAndFlush(temporary, chunks);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await flushDirectory(dirname(path));
}

async function writeAndFlush(
  path: string,
  chunks: Iterable<Buffer | string> | AsyncIterable<Buffer | string>,
): Promise<void> {
  const file = await open(path, 'w', PRIVATE);
  try {
    for await (const chunk of chunks) await file.appendFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
