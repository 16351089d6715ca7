import { compareRevisions, isSameVersion, type Version } from '#libs/contract';
import { MARK_FILE, type Mark } from '../../state/config/high-water-mark.js';
import { TOMBSTONES_FILE, type KeptTombstones } from '../../state/config/last-known-good.service.js';

/** What was found in the directory of the configuration at start. `damaged`: there is a file, but it cannot be read. */
export interface Found {
  mark: Mark | 'damaged' | null;
  /** Number of the newest snapshot file; null if there is none. */
  generation: number | null;
  /** What snapshot and journal lead to; null if no snapshot can be used. */
  restored: { snapshot: Version } | null;
  tombstones: KeptTombstones | 'damaged' | null;
}

/**
 * What is missing of what this replica has served: the file, and what is wrong with it. Null if nothing is missing, or if it has
 * never served anything. Serving the rest could bring back a policy that was removed or a token that was revoked.
 */
export function lossOf({ mark, generation, restored, tombstones }: Found): string | null {
  if (mark === 'damaged') return `config/${MARK_FILE} is damaged`;
  if (mark === null) return generation === null ? null : `config/${MARK_FILE} is missing`;
  return lossOfSnapshot(mark, generation, restored?.snapshot ?? null) ?? lossOfTombstones(mark, tombstones);
}

function lossOfSnapshot(mark: Mark, generation: number | null, restored: Version | null): string | null {
  if (restored !== null && compareRevisions(restored, mark) > 0) return null;
  if (restored !== null && isSameVersion(restored, mark)) return null;
  const served = `though revision ${mark.revision} of epoch ${mark.epoch} was served`;
  if (restored !== null) {
    const files = `config/${generation}.snapshot and config/${generation}.journal`;
    return `${files} lead to revision ${restored.revision} of epoch ${restored.epoch}, ${served}`;
  }
  if (mark.revision === 0) return null;
  return `config/ has ${generation === null ? 'no snapshot' : 'no snapshot that can be used'}, ${served}`;
}

function lossOfTombstones(mark: Mark, found: Found['tombstones']): string | null {
  if (mark.tombstones === 0) return null;
  if (found === null) return `config/${TOMBSTONES_FILE} is missing`;
  if (found === 'damaged') return `config/${TOMBSTONES_FILE} is damaged`;
  return found.number < mark.tombstones ? `config/${TOMBSTONES_FILE} is older than what was served` : null;
}

/** The newer of two versions, of which one or both may not be known. */
export function newerOf(a: Version | null, b: Version | null): Version | null {
  if (a === null || b === null) return a ?? b;
  return compareRevisions(a, b) < 0 ? b : a;
}
