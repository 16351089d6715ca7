/**
 * The only glob of the product: `*` alone or at the end (`mcp-*`), else an exact, case-sensitive string.
 * Anything richer could not be indexed, and a policy decision must stay a look-up.
 */
export const GLOB = /^(?:\*|[^*]+\*?)$/;

/** True if `text` matches `pattern` (see {@link GLOB}). */
export function globMatches(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}
