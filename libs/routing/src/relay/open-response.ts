import type { Access, AccessResult } from '#libs/auth';
import {
  type ConfigServer,
  DEFAULT_MAX_STREAM_MS,
  type GatewayError,
  type HopClaims,
  type Member,
} from '#libs/contract';
import type { AgentResponse, Asked, Credential, McpRequest, Principal, RequestLog } from '#libs/request';
import type { ListKind, ListView } from '#libs/envelope';
import type { Routed } from '../decision/routing.js';
import type { NextHop } from '../next-hop/next-hop.js';
import { HOP_MARGIN_MS } from '../next-hop/next-request.js';
import type { EventStream } from './stream/event-stream.js';

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

/** How an open response can be acted upon; each of these may come at any time, also twice. */
export interface OpenResponseControl {
  /** Ends it as a whole response; the caller comes back, if it wants to. */
  finish(): void;
  /** Breaks it off; nobody shall take it for whole. */
  fail(fault: GatewayError): void;
  /** Lets it go on as what the caller may see now. */
  filterAnew(): void;
  /** True once nothing more of it will come from here. */
  readonly hasEnded: boolean;
}

/**
 * A response whose body is on its way to the caller, with what is judged anew as long as it is: who the caller is, and what it
 * may see, at the time of each event.
 */
export class OpenResponse implements ListView, Member {
  place = -1;
  principal: Principal;
  access: Access;
  /** By when it must have ended, in the time of `performance.now()`. */
  endsBy: number;

  constructor(
    readonly sent: SentRequest,
    private readonly control: OpenResponseControl,
    /** True for a stream that stays open until somebody ends it: of a GET, or of `subscriptions/listen`. */
    readonly isListening: boolean,
    /** Null if it is no stream of events, or one that nothing can be put into. */
    readonly events: EventStream | null,
  ) {
    this.principal = sent.principal;
    this.access = sent.access;
    this.endsBy = performance.now() + maxDurationMs(sent.nextHop);
  }

  finish(): void {
    this.control.finish();
  }

  fail(fault: GatewayError): void {
    this.control.fail(fault);
  }

  /** Its time is over: a listening stream ends as if the MCP server had closed it; anything else is not whole, and breaks off. */
  expire(): void {
    const { nextHop, response } = this.sent;
    if (this.control.hasEnded) response.destroy();
    else if (this.isListening) this.finish();
    else this.fail(nextHop.because('stream_expired'));
  }

  /** Lets it go on as what the caller may see and do now. */
  renew({ caller, access }: AccessResult): void {
    this.principal = caller.principal;
    this.access = access;
    if (this.isListening) this.control.filterAnew();
  }

  /** A reader that does not take what is left shall not hold the connection. */
  linger(lingerMs: number): void {
    const now = performance.now();
    const until = now + lingerMs;
    this.endsBy = this.endsBy > now ? Math.min(this.endsBy, until) : until;
  }

  get mayReadResources(): boolean {
    return this.access.mayReadResources;
  }

  hides(kind: ListKind): boolean {
    return this.access.hides(kind);
  }

  maySee(kind: ListKind, name: string): boolean {
    return this.access.maySee(kind, name);
  }

  isPrivate(kind: ListKind): boolean {
    return this.access.isPrivate(kind);
  }
}

/** Milliseconds that the body may take; over a hop the handling gateway shall be the first to find it too long. */
function maxDurationMs({ kind, server }: NextHop): number {
  const { maxStreamMs = DEFAULT_MAX_STREAM_MS } = server.timeouts;
  return kind === 'hop' ? maxStreamMs + HOP_MARGIN_MS : maxStreamMs;
}
