import { createHash } from 'node:crypto';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

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

/**
 * Overwrites a file in place and flushes it. If the content is not longer than before, this needs no space on the disk.
 * @throws Error of the file system, `ENOENT` if there is no such file.
 */
export async function overwriteDurably(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(content, 0, content.length, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Removes a file for good, if there is one. */
export async function removeDurably(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await flushDirectory(dirname(path));
}

/** A file does not hold what was written to it. */
export class FileDamagedError extends Error {
  constructor(
    readonly path: string,
    /** What is wrong with it. */
    readonly detail: string,
  ) {
    super(`${basename(path)} is damaged: ${detail}`);
  }
}

/** Writes a text durably, with its checksum as a last line, so that damage is noticed when it is read. */
export const writeChecked = (path: string, text: string): Promise<void> =>
  writeDurably(path, [text, checksumLine(text)]);

/** A text that {@link writeChecked} wrote, or null if there is none. @throws FileDamagedError */
export async function readChecked(path: string): Promise<string | null> {
  const bytes = await readIfPresent(path);
  if (bytes === null) return null;
  const whole = bytes.toString('utf8');
  const text = whole.slice(0, -CHECKSUM_LINE_LENGTH);
  if (whole.length < CHECKSUM_LINE_LENGTH || whole !== text + checksumLine(text))
    throw new FileDamagedError(path, bytes.length === 0 ? 'it is empty' : 'its checksum does not match');
  return text;
}

const checksumLine = (text: string): string =>
  `\nsha256:${createHash('sha256').update(text).digest('hex')}\n`;
const CHECKSUM_LINE_LENGTH = checksumLine('').length;

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

/** Makes what was created, renamed or removed in a directory outlast a power cut. */
export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
