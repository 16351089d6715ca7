import { mcpEndpointPath, REASONS, type Reason } from '#libs/contract';

/** Scope that the endpoint asks of tokens (RFC 6750 §3). */
export const MCP_SCOPE = 'mcp:use';

/**
 * `WWW-Authenticate` of a 401 (RFC 6750 §3, RFC 9728 §5.1): one challenge, scheme first, values quoted, as clients' parsers
 * expect. `error` is left out when no token was sent.
 */
export function challengeFor(gatewayUrl: string, server: string, reason: Reason): string {
  const { origin, pathname } = new URL(gatewayUrl);
  const path = (pathname === '/' ? '' : pathname) + mcpEndpointPath(server);
  const metadata = `${origin}/.well-known/oauth-protected-resource${path}`;
  const { challenge } = REASONS[reason];
  const error = challenge === null ? '' : `, error="${challenge}"`;
  return `Bearer resource_metadata="${metadata}", scope="${MCP_SCOPE}"${error}`;
}
