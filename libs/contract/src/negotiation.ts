const ERA_METHODS: ReadonlySet<string | null> = new Set(['server/discover', 'initialize']);

/**
 * True for the methods by whose answer a client tells the era of a server (MCP 2026-07-28, versioning). A dual-era client
 * takes a JSON-RPC error in HTTP 200 for «this server is legacy» and goes on without a word; from a status of 401, 403 or
 * 5xx, or a connection that breaks, it draws no such conclusion. A failure of a gateway's own must therefore never be the
 * former here.
 */
export const negotiatesEra = (method: string | null): boolean => ERA_METHODS.has(method);
