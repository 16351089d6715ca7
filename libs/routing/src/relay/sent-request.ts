import type { Access } from '#libs/auth';
import type { HopClaims, ConfigServer } from '#libs/contract';
import type { AgentResponse, Asked, Caller, McpRequest, RequestLog } from '#libs/request';
import type { Routed } from '../decision/routing.js';
import type { NextHop } from '../next-hop/next-hop.js';

/**
 * What is kept of a request while it is answered: everything but its message. An answer may be open for hours, and the body
 * that asked for it must not be held so long.
 */
export interface SentRequest {
  readonly request: McpRequest;
  readonly hop: HopClaims | null;
  readonly caller: Caller;
  readonly asked: Asked;
  readonly access: Access;
  readonly server: ConfigServer;
  readonly nextHop: NextHop;
  readonly log: RequestLog;
  readonly response: AgentResponse;
}

/** The routed request without its message. */
export function withoutMessage(routed: Routed, log: RequestLog, response: AgentResponse): SentRequest {
  const { request, hop, caller, asked, access, server, nextHop } = routed;
  return { request, hop, caller, asked, access, server, nextHop, log, response };
}
