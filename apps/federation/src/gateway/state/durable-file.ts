import { open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the user that runs the replica may read what is written. */
const PRIVATE = 0o600;

type Chunks = Iterable<Buffer | string> | AsyncIterable<Buffer | string>;

/**
 * Writes a file so that a crash leaves either the old or the new content: into a temporary file, flushed, then renamed.
 * @param chunks Written one after the other, so that a large file need not be in memory.
 */
export async function writeDurably(path: string, chunks: Chunks): Promise<void> {
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

/** The content of a file, or null if there is none. @throws Error if it is there but cannot be read. */
export async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeAndFlush(path: string, chunks: Chunks): Promise<void> {
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
