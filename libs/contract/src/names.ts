/**
 * The only glob of the product: `*` alone or at the end (`mcp-*`), else an exact, case-sensitive string.
 * Anything richer could not be indexed, and a policy decision must stay a look-up.
 */
export const GLOB = /^(?:\*|[^*]+\*?)$/;

/** True if `text` matches `pattern` (see {@link GLOB}). */
export function globMatches(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}

/** Name of an MCP server in the registry: one URL path segment and a DNS label (RFC 1123). */
export const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Name of a gateway in the registry. It appears in metrics, hops and policies. */
export const GATEWAY_NAME = SERVER_NAME;

/** Name of a policy or of a group. */
export const RESOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/;

/**
 * Characters that are not seen: control characters, and those that turn the direction of what is around them or have no
 * width. Two names that look alike shall be the same.
 */
const UNSEEN = '\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff';

const SOME_UNSEEN = new RegExp(`[${UNSEEN}]`);

/** True for text without control characters and the like, as names and labels need it. */
export const isVisible = (text: string): boolean => !SOME_UNSEEN.test(text);

/** Name of a user: an e-mail address or any other printable identifier without spaces, as subjects need it. */
export const USER_NAME = new RegExp(`^[^\\s:*/\\\\${UNSEEN}]{1,254}$`);

/** Subject of a policy: everybody with valid credentials, one user, or one group. */
export const SUBJECT = new RegExp(`^(?:authenticated|(?:user|group):[^\\s*${UNSEEN}]+)$`);

/** What the names of the registry must look like, and how that is said to people. */
export const NAME_RULES = {
  server: { pattern: SERVER_NAME, allowed: 'lower-case letters, digits and hyphens, at most 63' },
  gateway: { pattern: GATEWAY_NAME, allowed: 'lower-case letters, digits and hyphens, at most 63' },
  resource: { pattern: RESOURCE_NAME, allowed: 'letters, digits, dot, underscore and hyphen, at most 127' },
  user: {
    pattern: USER_NAME,
    allowed: 'a name without spaces, colons, asterisks, slashes and control characters, at most 254',
  },
  glob: { pattern: GLOB, allowed: 'a name, "*", or a prefix ending in "*"' },
  subject: { pattern: SUBJECT, allowed: '"authenticated", "user:<name>" or "group:<name>"' },
} as const;
export type NameKind = keyof typeof NAME_RULES;

/** Path of the MCP endpoint of one server at every gateway. */
export const mcpEndpointPath = (server: string): string => `/api/llm/mcp/${server}/server`;

const ENDPOINT = /^\/api\/llm\/mcp\/([a-z0-9][a-z0-9-]{0,62})\/server(?:\?|$)/;

/**
 * The MCP server that a request target names, or null if it is not exactly an MCP endpoint. It is matched as it came on
 * the wire, before any decoding: encoded slashes, dot segments, parameters and absolute forms are no endpoint. A query is
 * ignored and goes nowhere.
 */
export const serverOfTarget = (target: string): string | null => ENDPOINT.exec(target)?.[1] ?? null;
