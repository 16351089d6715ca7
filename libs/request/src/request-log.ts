import { randomUUIDv7 } from 'node:crypto';
import type { ConfigServer, GatewayError, HopClaims, Reason } from '#libs/contract';
import type { ServerIntroduction } from '#libs/envelope';
import type { Asked } from './mcp-request.js';

/** What policy says about one operation. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: DenialReason | null;
  /** The policy that decided, the first by name if several agree; null where the default denied. */
  readonly policy: string | null;
}

/** Which level a denial is about: the whole server, a method, or a tool. */
export type DenialReason = 'access_denied' | 'method_denied' | 'tool_denied';

/** What is reached next: the MCP server itself, or another gateway; and its registry name. */
export interface NextHopNote {
  readonly kind: 'upstream' | 'hop';
  readonly name: string;
  /** The leg to it, such as `aws->azure`. */
  readonly label: string;
  readonly server: Pick<ConfigServer, 'name' | 'revision'>;
}

/** How the next hop's answer ended the request, as far as something other than a fault of this gateway tells. */
export interface UpstreamResult {
  reason: Reason | null;
  /** The leg that failed, as the other gateway named it. */
  leg: string | null;
  /** How it failed, for the log; null if the reason says all of it. */
  detail: string | null;
  /** A whole answer to the request has gone back, so that an agent that leaves now has cancelled nothing. */
  answered: boolean;
}

/**
 * What happened to one request: notes of the stages for audit, metrics and error messages. It is the only mutable thing of a
 * request, and no stage decides anything by it.
 */
export class RequestLog {
  /** Minted by the entry gateway (RFC 9562 version 7, so that records sort by time); carried in the hop context. */
  requestId: string = randomUUIDv7();
  /** When the request came in, milliseconds since the epoch. */
  readonly receivedAt = Date.now();
  /** The same moment in the time of `performance.now()`; so are the three below, null until they happen. */
  readonly startedAt = performance.now();
  /** The request was given to the next hop. */
  forwardedAt: number | null = null;
  /** The next hop's response headers were here. */
  answeredAt: number | null = null;
  /** The next hop's response ended or broke. */
  nextHopEndedAt: number | null = null;
  /** The verified hop context; null at the entry gateway. */
  hop: HopClaims | null = null;
  /** Null until the message was read. */
  asked: Asked | null = null;
  decision: Decision | null = null;
  /** Where the request goes; null until that is decided. */
  nextHop: NextHopNote | null = null;
  /** The failure that ended the request at this gateway. */
  fault: GatewayError | null = null;
  readonly result: UpstreamResult = { reason: null, leg: null, detail: null, answered: false };
  /** What the MCP server has said of itself in its answer. */
  introduction: ServerIntroduction | null = null;
  /** Milliseconds on the way to the handling gateway and back; the hop's round trip without that gateway's own time. */
  proxyLatencyMs: number | null = null;
  bytesIn = 0;
  bytesOut = 0;

  /** Milliseconds that the next hop took to its response headers, or until it failed. */
  get waitedMs(): number {
    if (this.forwardedAt === null) return 0;
    return (this.answeredAt ?? this.nextHopEndedAt ?? performance.now()) - this.forwardedAt;
  }
}
