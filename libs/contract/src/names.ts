/** Name of an MCP server in the registry: one URL path segment and a DNS label (RFC 1123). */
export const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Name of a gateway in the registry. It appears in metrics, hops and policies. */
export const GATEWAY_NAME = SERVER_NAME;

/** Name of a policy or of a group. */
export const RESOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/;

/** Name of a user: an e-mail address or any other printable identifier without spaces, as subjects need it. */
export const USER_NAME = /^[^\s:*/\\]{1,254}$/;

/** Subject of a policy: everybody with valid credentials, one user, or one group. */
export const SUBJECT = /^(?:authenticated|user:[^\s*]+|group:[^\s*]+)$/;

/** Path of the MCP endpoint of one server at every gateway. */
export const mcpEndpointPath = (server: string): string => `/api/llm/mcp/${server}/server`;
