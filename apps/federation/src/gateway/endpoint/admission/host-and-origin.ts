import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { SnapshotStore } from '#libs/snapshot';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import type { AgentHttpResponse } from '../agent-connection.js';

const DEFAULT_PORT: Record<string, string> = { 'http:': ':80', 'https:': ':443' };

/** `Host` values that mean this URL: with the default port and without it. */
function hostsOf(url: string): string[] {
  const { host, port, protocol } = new URL(url);
  return port === '' ? [host, host + (DEFAULT_PORT[protocol] ?? '')] : [host];
}

/** Names under which this gateway may be addressed; any other could be a rebound one (DNS rebinding). */
@Injectable()
export class AllowedHosts {
  private readonly fixed: ReadonlySet<string>;
  private readonly ofHopUrl = new Map<string, readonly string[]>();

  constructor(
    @Inject(GATEWAY_SETTINGS) settings: GatewaySettings,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly store: SnapshotStore,
  ) {
    this.fixed = new Set([...hostsOf(settings.url), ...settings.allowedHosts.map((h) => h.toLowerCase())]);
  }

  has(host: string | undefined): boolean {
    const name = (host ?? '').toLowerCase();
    return this.fixed.has(name) || this.hopHosts().includes(name);
  }

  private hopHosts(): readonly string[] {
    const hopUrl = this.own.name === null ? null : this.store.current?.gateway(this.own.name)?.hopUrl;
    if (hopUrl === null || hopUrl === undefined) return [];
    let hosts = this.ofHopUrl.get(hopUrl);
    if (hosts === undefined) {
      this.ofHopUrl.clear();
      this.ofHopUrl.set(hopUrl, (hosts = hostsOf(hopUrl)));
    }
    return hosts;
  }
}

export const ALLOWED_METHODS = 'POST, GET, DELETE, OPTIONS';

/** Header lists of the transport, in both eras. `Mcp-Param-*` cannot be listed: the requested ones are echoed. */
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'Last-Event-ID',
  'traceparent',
  'tracestate',
  'baggage',
];
const EXPOSED_HEADERS =
  'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, Causeway-Request-Id, Server-Timing, Proxy-Status';
const MAX_AGE_SECONDS = '600';
/** The rest of the name is whatever a tool's schema says, as far as it is a field name (RFC 9110 §5.1). */
const PARAMETER = /^mcp-param-[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/;

/** To be set whether or not there is an origin, lest a cache gives one origin's answer to another (Fetch §3.2.5). */
export const markVarying = ({ common }: AgentHttpResponse): void => void common.push('vary', 'Origin');

/**
 * Lets a browser's script of an allowed origin read the response (Fetch §3.2.3). Credentials of the browser's own, such as
 * cookies, are not invited: agents send theirs in `Authorization`.
 */
export function allowOrigin({ common }: AgentHttpResponse, origin: string): void {
  common.push('access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED_HEADERS);
}

/** Headers of the answer to a preflight from an allowed origin, as a flat list, besides those of every answer. */
export function preflightHeaders(request: IncomingHttpHeaders): string[] {
  const headers = [
    'access-control-allow-methods',
    ALLOWED_METHODS,
    'access-control-allow-headers',
    [...ALLOWED_HEADERS, ...requestedParameters(request)].join(', '),
    'access-control-max-age',
    MAX_AGE_SECONDS,
    'vary',
    'Access-Control-Request-Headers',
  ];
  // A public page may call a gateway in a private network: that page's origin is on the list by somebody's decision.
  if (request['access-control-request-private-network'] === 'true')
    headers.push('access-control-allow-private-network', 'true');
  return headers;
}

function requestedParameters(request: IncomingHttpHeaders): string[] {
  const names = (request['access-control-request-headers'] ?? '').split(',');
  return names.map((name) => name.trim().toLowerCase()).filter((name) => PARAMETER.test(name));
}
