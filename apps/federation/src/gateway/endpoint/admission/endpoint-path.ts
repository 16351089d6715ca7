const ENDPOINT = /^\/api\/llm\/mcp\/([a-z0-9][a-z0-9-]{0,62})\/server(?:\?|$)/;

/**
 * The MCP server that a request target names, or null if it is not exactly an MCP endpoint. It is matched as it came on
 * the wire, before any decoding: encoded slashes, dot segments, parameters and absolute forms are no endpoint. A query is
 * ignored and goes nowhere.
 */
export const serverOfTarget = (target: string): string | null => ENDPOINT.exec(target)?.[1] ?? null;
