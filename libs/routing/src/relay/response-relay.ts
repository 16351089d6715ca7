import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange, Route, Standing } from '#libs/auth';
import { DEFAULT_MAX_STREAM_MS, GatewayFault, negotiatesEra } from '#libs/contract';
import { EnvelopeError, peekOutcome, type ListKind, type OutcomePeek } from '#libs/envelope';
import { renderJsonRpcError } from '../fault/json-rpc-error.js';
import { hopOf, transportFault } from '../fault/transport-fault.js';
import { HOP_MARGIN_MS } from '../request/next-request.js';
import { listens } from '../request/listens.js';
import { mediaTypeOf, single } from '../response/response-headers.js';
import type { BodyTransform } from './body-transform.js';
import { bodyCheckFor } from './expected-body.js';
import { EVENT_STREAM, listTransformFor } from './list-transform.js';
import { isSilence, relayFault } from './relay-fault.js';
import type { RelaySurroundings } from './relay-surroundings.js';
import { EventStream } from './stream/event-stream.js';
import { listNoticesFor } from './stream/list-notices.js';
import type { WatchedResponse } from './stream/watched-response.js';

/** What the body of a response is made of. */
interface BodyForm {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly encoding: string | undefined;
}

/**
 * Relays the next hop's response to the caller as it comes, with back-pressure. The caller's disconnect ends the request
 * to the next hop, and the next hop's failure ends the response.
 */
export class ResponseRelay implements Dispatcher.DispatchHandler, WatchedResponse {
  endsBy = Infinity;
  isListening = false;
  events: EventStream | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private ended = false;
  private hasRetried = false;
  private pendingHead: { status: number; headers: OutgoingHttpHeaders } | null = null;
  private transform: BodyTransform | null = null;
  private peek: OutcomePeek | null = null;
  private form: BodyForm = { status: 0, contentType: undefined, encoding: undefined };

  constructor(
    readonly exchange: Exchange,
    readonly route: Route,
    private readonly around: RelaySurroundings,
  ) {
    exchange.response.once('close', () => this.onClosed());
    exchange.response.on('drain', () => this.controller?.resume());
  }

  /** True once a byte of the request may have left. */
  get wasSent(): boolean {
    return this.controller !== null;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(new Error('The caller closed the connection.'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.ended) return;
    if (status < 200) return this.guarded(() => this.around.interim());
    this.exchange.timings.answered = performance.now();
    this.guarded(() => this.begin(status, headers));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.guarded(() => {
      this.peek?.push(chunk);
      if (this.transform === null) this.write(chunk);
      else for (const part of this.transform.push(chunk)) this.write(part);
    });
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.noteDownstreamEnd();
    this.guarded(() => {
      const rest = this.transform?.end() ?? [];
      if (this.transform?.holdsHead) this.sendHeldHead(rest);
      else this.writeHead();
      for (const part of rest) this.write(part);
      this.end();
      this.exchange.response.end();
      this.around.settle(null);
    });
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.ended) return;
    if (this.mayRetry(error)) return this.around.again();
    if (this.isListening && isSilence(error)) return this.finish();
    const wasAnswered = this.exchange.timings.answered !== null;
    const progress = { wasSent: this.wasSent, wasAnswered };
    this.fail(transportFault(error, this.route, this.around.ownGateway, progress));
  }

  /** Once, and only while no byte can have left: `tools/call` must not be executed twice. */
  private mayRetry(error: Error): boolean {
    const timedOut = (error as NodeJS.ErrnoException).code === 'UND_ERR_CONNECT_TIMEOUT';
    if (this.wasSent || timedOut || this.hasRetried) return false;
    this.hasRetried = true;
    return true;
  }

  /**
   * Ends the response as a whole one; what was still to come from the next hop is given up. No result is made up for a
   * `subscriptions/listen` (MCP 2026-07-28): that would say that the MCP server has ended the subscription, while a stream
   * that just ends makes the client listen again.
   */
  finish(): void {
    if (this.ended) return;
    this.end();
    this.exchange.response.end();
    this.linger();
    this.abandon(new Error('The stream was finished.'));
    this.around.settle(null);
  }

  /** Listening streams end as if the MCP server had closed them; anything else is not whole, and breaks off. */
  expire(): void {
    if (this.ended) return void this.exchange.response.destroy();
    if (this.isListening) return this.finish();
    this.fail(new GatewayFault('stream_expired', hopOf(this.route, this.around.ownGateway)));
  }

  renew({ access, principal }: Standing): void {
    this.exchange.access = access;
    this.exchange.principal = principal;
    if (this.isListening && this.transform === null && this.exchange.response.headersSent)
      this.filterFromNow();
  }

  /** Until now the caller was allowed to see everything. */
  private filterFromNow(): void {
    const transform = this.listTransform();
    if (transform === null) return;
    if (this.events === null) return this.finish();
    this.transform = this.events.fromHere(transform);
  }

  private begin(status: number, headers: IncomingHttpHeaders): void {
    const outgoing = this.around.head(status, headers);
    const contentType = single(headers, 'content-type');
    this.form = { status, contentType, encoding: single(headers, 'content-encoding') };
    const isStream = mediaTypeOf(contentType) === EVENT_STREAM;
    if (isStream) this.beginStream(outgoing);
    this.endsBy = performance.now() + maxDuration(this.route);
    this.around.watch.add(this);
    this.transform =
      bodyCheckFor(this.exchange, this.route, this.around.ownGateway, status, headers) ??
      this.listTransform();
    if (this.transform !== null) delete outgoing['content-length'];
    if (this.exchange.envelope?.kind === 'request')
      this.peek = peekOutcome(contentType, (kind) => this.onList(kind));
    if (this.transform?.holdsHead) this.pendingHead = { status, headers: outgoing };
    else this.sendHead(status, outgoing, isStream);
  }

  /** Nothing can be put into a stream that is compressed, or whose length was told. */
  private beginStream(outgoing: OutgoingHttpHeaders): void {
    this.isListening = listens(this.exchange);
    if (this.form.encoding === undefined && outgoing['content-length'] === undefined)
      this.events = new EventStream(this.exchange, listNoticesFor(this.exchange));
  }

  /**
   * A list may answer a request that asked for none: where two requests of a session have the same id, servers mix up their
   * answers. A legacy stream that breaks off is resumed by GET, where lists are filtered whatever was asked.
   */
  private onList(kind: ListKind): void {
    if (this.transform === null && this.exchange.access?.hides(kind) !== false)
      throw new EnvelopeError('unreadable', 'it holds a list that the caller may not see whole');
  }

  private listTransform(): BodyTransform | null {
    const { status, contentType, encoding } = this.form;
    return listTransformFor(this.exchange, status, contentType, encoding);
  }

  /**
   * A stream's head leaves at once. Others wait a moment for bytes that are already here: to share a packet with them, and
   * because these may still show that the answer must not pass.
   */
  private sendHead(status: number, headers: OutgoingHttpHeaders, atOnce: boolean): void {
    this.pendingHead = { status, headers };
    if (atOnce) this.flushHead();
    else setImmediate(() => this.flushHead());
  }

  private flushHead(): void {
    if (this.ended || this.exchange.response.destroyed) return;
    this.writeHead();
    this.exchange.response.flushHeaders();
  }

  private sendHeldHead(body: readonly Buffer[]): void {
    if (this.pendingHead === null) return;
    const length = body.reduce((sum, part) => sum + part.length, 0);
    this.pendingHead.headers['content-length'] = length;
    this.writeHead();
  }

  private writeHead(): void {
    if (this.pendingHead === null) return;
    const { status, headers } = this.pendingHead;
    this.pendingHead = null;
    this.exchange.response.writeHead(status, headers);
  }

  private write(chunk: Buffer): void {
    this.writeHead();
    this.exchange.bytesOut += chunk.length;
    const goesOn = this.exchange.response.write(chunk);
    this.events?.wrote(chunk);
    if (!goesOn) this.controller?.pause();
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(relayFault(error, this.route, this.around.ownGateway));
    }
  }

  fail(fault: GatewayFault): void {
    if (this.ended) return this.linger();
    this.end();
    this.abandon(fault);
    if (!this.exchange.response.headersSent) return this.around.settle(fault);
    this.exchange.fault = fault;
    this.around.faultLog.report(fault, this.exchange.requestId);
    this.breakOff(fault);
    this.linger();
    this.around.settle(null);
  }

  /**
   * After the first byte: a modern stream ends with an error event, since it cannot be resumed; a legacy stream and any
   * other body are cut, so that nobody takes them for whole. So is the negotiation of the era, which an error would decide.
   */
  private breakOff(fault: GatewayFault): void {
    const { response, envelope, requestId, server, hop } = this.exchange;
    if (this.events === null || envelope?.era !== 'modern' || negotiatesEra(envelope.method))
      return void response.destroy();
    const caller = hop?.iss ?? null;
    const scene = { gateway: this.around.ownGateway, caller, server, requestId, idRaw: envelope.idRaw };
    response.end(`${this.events.separator()}data: ${renderJsonRpcError(fault, scene)}\n\n`);
  }

  private onClosed(): void {
    this.around.watch.delete(this);
    if (this.ended) return;
    this.end();
    this.abandon(new Error('The caller closed the connection.'));
    this.around.settle(null);
  }

  private end(): void {
    this.ended = true;
    this.noteOutcome();
  }

  /** A reader that does not take what is left shall not hold the connection. */
  private linger(): void {
    const now = performance.now();
    const until = now + this.around.watch.lingerMs;
    this.endsBy = this.endsBy > now ? Math.min(this.endsBy, until) : until;
  }

  private abandon(reason: Error): void {
    this.noteDownstreamEnd();
    this.controller?.abort(reason);
  }

  private noteDownstreamEnd(): void {
    this.exchange.timings.downstreamEnded ??= performance.now();
  }

  private noteOutcome(): void {
    const { outcome } = this.exchange;
    if (this.peek === null) return;
    outcome.answered = this.peek.answered;
    if (this.peek.outcome !== 'success') outcome.reason ??= this.peek.outcome;
  }
}

/** Milliseconds that the body may take; over a hop the handling gateway shall be the first to find it too long. */
function maxDuration({ kind, server }: Route): number {
  const { maxStreamMs = DEFAULT_MAX_STREAM_MS } = server.timeouts;
  return kind === 'hop' ? maxStreamMs + HOP_MARGIN_MS : maxStreamMs;
}
