import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** File names of one generation: a snapshot and the journal that goes on from it. */
export interface GenerationFiles {
  snapshot: string;
  journal: string;
}

export const filesOf = (generation: number): GenerationFiles => ({
  snapshot: `${generation}.snapshot`,
  journal: `${generation}.journal`,
});

/** Numbers of the generations in the directory, the newest first. */
export async function listGenerations(directory: string): Promise<number[]> {
  const found = (await readdir(directory)).map((name) => /^(\d+)\.snapshot$/.exec(name)?.[1]);
  return found
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

/** Removes all but the newest generation: an older one could only bring back what has been changed since. */
export async function removeOld(directory: string): Promise<void> {
  for (const generation of (await listGenerations(directory)).slice(1)) {
    const { snapshot, journal } = filesOf(generation);
    await unlink(join(directory, journal)).catch(ignoreMissing);
    await unlink(join(directory, snapshot));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
