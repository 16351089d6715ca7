import { readFile } from 'node:fs/promises';

/** The content of a file, or null if there is none. Any other failure to read it is thrown. */
export async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
