import crypto from 'node:crypto';

/** The first Node that has everything the program needs. `engines` of package.json says the same. */
export const NODE_VERSION = '24.16.0';

/**
 * What to tell somebody who starts the program with a Node that it cannot run on, in one line; null for one that will do.
 * Node 25 and 26.0 are newer than {@link NODE_VERSION}, and lack `randomUUIDv7` all the same.
 * @param has what `node:crypto` of that Node has
 */
export function unsuitableNode(has: { randomUUIDv7?: unknown } = crypto): string | null {
  if (typeof has.randomUUIDv7 === 'function') return null;
  return `Causeway needs Node ${NODE_VERSION} or newer, with crypto.randomUUIDv7 (not in 25 and 26.0); this is ${process.version}.`;
}
