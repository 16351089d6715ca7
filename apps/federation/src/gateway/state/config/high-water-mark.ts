import type { Version } from '#libs/contract';
import type { DataDirectory } from '../data-directory.js';

export const MARK_FILE = 'high-water-mark';
/** Sealed, this is less than a disk sector, so that a power cut leaves either the old mark or the new one. */
const JSON_LENGTH = 448;

/**
 * What this replica has served. A start from disk must reach it, or something was lost that may have been a removed policy
 * or a revocation.
 */
export interface Mark extends Version {
  deploymentId: string;
  /** Number of the tombstones file that was current; 0: there was none yet. */
  tombstones: number;
}

/** The mark of the replica, or null if there is none. @throws SealError if it is damaged. */
export const readMark = async (directory: DataDirectory): Promise<Mark | null> =>
  (await directory.readSealed(MARK_FILE)) as Mark | null;

/**
 * Raises the mark. It is overwritten in place, which works on a full disk. Where even that fails, the mark is removed: then the
 * next start takes nothing on the disk for complete.
 * @throws Error if the disk allows neither.
 */
export async function writeMark(directory: DataDirectory, mark: Mark): Promise<void> {
  try {
    await directory.overwriteSealed(MARK_FILE, mark, JSON_LENGTH);
  } catch {
    await directory.removeSealed(MARK_FILE);
  }
}
