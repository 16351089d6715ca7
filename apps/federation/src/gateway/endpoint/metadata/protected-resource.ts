import { Inject, Injectable } from '@nestjs/common';
import { MCP_SCOPE } from '#libs/auth';
import { GatewayError, mcpEndpointPath, serverOfTarget } from '#libs/contract';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import type { AgentHttpResponse } from '../agent-connection.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const ALLOWED = 'GET, HEAD, OPTIONS';
const METHODS = new Set(ALLOWED.split(', '));
/** The document is public and the same for everyone. */
const HEADERS = Object.entries({
  'access-control-allow-origin': '*',
  'access-control-allow-methods': ALLOWED,
  // Clients in browsers send it with every request, this one included.
  'access-control-allow-headers': 'MCP-Protocol-Version',
  'cache-control': 'public, max-age=300',
}).flat();

/**
 * Protected resource metadata of an MCP endpoint (RFC 9728 §3), which every 401 points to. It exists for every name that a
 * server could have, so that it tells nobody which servers there are.
 */
@Injectable()
export class ProtectedResource {
  private readonly origin: string;
  /** Path of the gateway's URL: the well-known part stands before it (RFC 9728 §3.1). */
  private readonly prefix: string;
  private readonly start: string;

  constructor(@Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    const { origin, pathname } = new URL(settings.url);
    this.origin = origin;
    this.prefix = pathname === '/' ? '' : pathname;
    this.start = WELL_KNOWN + this.prefix;
  }

  /** The MCP server whose document a request target names, or null if it names none. */
  serverOf(target: string): string | null {
    return target.startsWith(this.start) ? serverOfTarget(target.slice(this.start.length)) : null;
  }

  /**
   * Answers a request for the document of a server.
   * @throws GatewayError `method_not_allowed`.
   */
  answer(method: string | undefined, server: string, response: AgentHttpResponse): void {
    if (!METHODS.has(method ?? '')) throw new GatewayError('method_not_allowed', { detail: ALLOWED });
    if (method !== 'OPTIONS') return this.send(response, method === 'HEAD', server);
    response.sendHead(204, HEADERS);
    response.end();
  }

  private send(response: AgentHttpResponse, isHead: boolean, server: string): void {
    const document = JSON.stringify({
      resource: this.origin + this.prefix + mcpEndpointPath(server),
      scopes_supported: [MCP_SCOPE],
      bearer_methods_supported: ['header'],
      resource_name: server,
    });
    const length = String(Buffer.byteLength(document));
    response.sendHead(200, ['content-type', 'application/json', 'content-length', length, ...HEADERS]);
    response.end(isHead ? undefined : document);
  }
}
