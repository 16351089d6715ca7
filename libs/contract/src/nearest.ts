import leven from 'leven';

/** Longer texts are not typed by hand, and would cost much to compare. */
const MAX_LENGTH = 128;
/** One slip in a few characters; more of them make another word. */
const CHARACTERS_PER_SLIP = 4;

/**
 * What somebody probably meant who wrote this: the candidate that the fewest slips lead to (Levenshtein distance), or null if
 * none is near. A difference of upper and lower case alone is always near.
 */
export function nearest(written: string, candidates: Iterable<string>): string | null {
  if (written.length > MAX_LENGTH) return null;
  const folded = written.toLowerCase();
  let best: string | null = null;
  let limit = Math.max(1, Math.floor(written.length / CHARACTERS_PER_SLIP)) + 1;
  for (const candidate of candidates) {
    if (candidate === written || Math.abs(candidate.length - written.length) >= limit) continue;
    const slips = leven(folded, candidate.toLowerCase(), { maxDistance: limit });
    if (slips >= limit) continue;
    best = candidate;
    limit = slips;
  }
  return best;
}
