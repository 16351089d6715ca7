import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type {
  ConfigGateway,
  GatewayFault,
  GatewayRole,
  HopClaims,
  Reason,
  ConfigServer,
} from '#libs/contract';
import type { Envelope } from '#libs/envelope';
import type { Snapshot } from '#libs/snapshot';
import type { Access, Decision } from '../access/index.js';
import type { Principal } from '../principal.js';
import type { TraceContext } from './trace-context.js';

/** Where a request goes next. */
export type Route =
  | { readonly kind: 'upstream'; readonly server: ConfigServer }
  | { readonly kind: 'hop'; readonly server: ConfigServer; readonly peer: ConfigGateway };

/** Clock readings of `performance.now()`, milliseconds; null until they happen. */
export interface Timings {
  readonly started: number;
  /** The request was given to the next hop. */
  forwarded: number | null;
  /** The next hop's response headers were here. */
  answered: number | null;
  /** The next hop's response ended or broke. */
  downstreamEnded: number | null;
}

/** How a request ended, as far as something else than a fault of this gateway tells. */
export interface Outcome {
  reason: Reason | null;
  /** The failing hop as the other gateway named it. */
  hop: string | null;
  /** A whole answer to the request has gone back, so that an agent that leaves now has cancelled nothing. */
  answered: boolean;
}

/**
 * One request and its response, as the stages of the pipeline see it. Each stage fills in what it found out; everything
 * after authentication works on the pinned `snapshot`, so that one request sees one configuration throughout.
 */
export class Exchange {
  /** Minted by the entry gateway (RFC 9562 version 7, so that records sort by time); carried in the hop context. */
  requestId: string = randomUUIDv7();
  readonly timings: Timings = {
    started: performance.now(),
    forwarded: null,
    answered: null,
    downstreamEnded: null,
  };
  role: GatewayRole = 'entry';
  trace: TraceContext | null = null;
  principal: Principal | null = null;
  snapshot: Snapshot | null = null;
  /** The verified hop context; null at the entry gateway. */
  hop: HopClaims | null = null;
  /** The body as received; empty where there is none. It goes on exactly so. */
  body: Buffer = EMPTY;
  /** Null for GET and DELETE. */
  envelope: Envelope | null = null;
  access: Access | null = null;
  decision: Decision | null = null;
  route: Route | null = null;
  /** The failure that ended the request at this gateway. */
  fault: GatewayFault | null = null;
  readonly outcome: Outcome = { reason: null, hop: null, answered: false };
  /** Milliseconds on the way to the handling gateway and back; the hop's round trip without that gateway's own time. */
  proxyLatencyMs: number | null = null;
  bytesOut = 0;
  /** A part of this request was written to the spool, or must be, when the response closes. */
  audited = true;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    /** MCP server as named in the path; it need not exist. */
    readonly server: string,
    /** When the request came in, milliseconds since the epoch. */
    readonly receivedAt: number = Date.now(),
  ) {}

  get httpMethod(): string {
    return this.request.method ?? '';
  }

  /** The tool of a `tools/call`, else null. */
  get tool(): string | null {
    return this.envelope?.method === 'tools/call' ? this.envelope.name : null;
  }

  /** A request header that may occur once; the hook that admits requests has refused repetitions. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }
}

const EMPTY = Buffer.alloc(0);
const EXCHANGE = Symbol('Exchange');
type Carrier = { [EXCHANGE]?: Exchange };

/** Makes the exchange known to every later stage of the same request. */
export function attachExchange(exchange: Exchange): void {
  (exchange.request as Carrier)[EXCHANGE] = exchange;
}

/** The exchange of a raw request, if one was attached. */
export const exchangeOfRequest = (request: IncomingMessage): Exchange | undefined =>
  (request as Carrier)[EXCHANGE];

/**
 * The exchange of the request that Nest is handling.
 * @throws Error when the request did not pass the admitting hook, which no route of a gateway can do.
 */
export function exchangeOf(context: ExecutionContext): Exchange {
  const exchange = exchangeOfRequest(context.switchToHttp().getRequest<{ raw: IncomingMessage }>().raw);
  if (exchange === undefined) throw new Error('The request was not admitted.');
  return exchange;
}
