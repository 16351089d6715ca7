import type { Access } from '#libs/auth';
import type { HopClaims, ConfigServer } from '#libs/contract';
import type { AgentResponse, Asked, Credential, McpRequest, Principal, RequestLog } from '#libs/request';
import type { Routed } from '../decision/routing.js';
import type { NextHop } from '../next-hop/next-hop.js';

/**
 * What is kept of a request while it is answered: everything but its message and the configuration that decided about it. An
 * answer may be open for hours, and neither must be held so long.
 */
export interface SentRequest {
  readonly request: McpRequest;
  readonly hop: HopClaims | null;
  readonly credential: Credential;
  readonly principal: Principal;
  readonly asked: Asked;
  readonly access: Access;
  readonly server: ConfigServer;
  readonly nextHop: NextHop;
  readonly log: RequestLog;
  readonly response: AgentResponse;
}

/** What is kept of the routed request. */
export function sentRequestOf(routed: Routed, log: RequestLog, response: AgentResponse): SentRequest {
  const { request, hop, caller, asked, access, server, nextHop } = routed;
  const { credential, principal } = caller;
  return { request, hop, credential, principal, asked, access, server, nextHop, log, response };
}
