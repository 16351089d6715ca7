import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How many snapshots are kept: the newest, and the previous one in case the newest cannot be read. */
const KEPT = 2;

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

/** Removes what is older than the kept generations. */
export async function removeOld(directory: string): Promise<void> {
  for (const generation of (await listGenerations(directory)).slice(KEPT)) {
    const { snapshot, journal } = filesOf(generation);
    await unlink(join(directory, journal)).catch(ignoreMissing);
    await unlink(join(directory, snapshot));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
