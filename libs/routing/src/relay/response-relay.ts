import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange, Route } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { EnvelopeError, peekOutcome, type OutcomePeek } from '#libs/envelope';
import { renderJsonRpcError } from '../fault/json-rpc-error.js';
import { hopOf, transportFault } from '../fault/transport-fault.js';
import { bodyCheckFor } from '../response/expected-body.js';
import { mediaTypeOf, single } from '../response/response-headers.js';
import type { BodyTransform } from './body-transform.js';
import { EVENT_STREAM, listTransformFor } from './list-transform.js';
import type { ListeningStream } from './listening-streams.js';
import { SseTail } from './sse-tail.js';

/** What the relay of one response needs from outside. */
export interface RelaySurroundings {
  readonly ownGateway: string;
  /**
   * Judges the next hop's response head and returns the headers to answer with.
   * @throws GatewayFault when this gateway must answer itself.
   */
  head(status: number, headers: IncomingHttpHeaders): OutgoingHttpHeaders;
  /**
   * Told of each interim response.
   * @throws GatewayFault when the final one takes too long.
   */
  interim(): void;
  /** Called once: with the fault if nothing was sent yet, so that it can be rendered, else with null. */
  settle(fault: GatewayFault | null): void;
  /** Sends the request once more; nothing of it had left. */
  again(): void;
  listening: { add(stream: ListeningStream): void; delete(stream: ListeningStream): void };
}

/**
 * Relays the next hop's response to the caller as it comes, with back-pressure. The caller's disconnect ends the request
 * to the next hop, and the next hop's failure ends the response.
 */
export class ResponseRelay implements Dispatcher.DispatchHandler, ListeningStream {
  private controller: Dispatcher.DispatchController | null = null;
  private ended = false;
  private hasRetried = false;
  private pendingHead: { status: number; headers: OutgoingHttpHeaders } | null = null;
  private transform: BodyTransform | null = null;
  private peek: OutcomePeek | null = null;
  private tail: SseTail | null = null;

  constructor(
    private readonly exchange: Exchange,
    private readonly route: Route,
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
    this.peek?.push(chunk);
    if (this.transform === null) return this.write(chunk);
    const { transform } = this;
    this.guarded(() => transform.push(chunk).forEach((part) => this.write(part)));
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.noteDownstreamEnd();
    this.guarded(() => {
      const rest = this.transform?.end() ?? [];
      this.sendHeldHead(rest);
      for (const part of rest) this.write(part);
      this.finish();
    });
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.ended) return;
    if (this.mayRetry(error)) return this.around.again();
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

  /** Ends the response as a whole one; what was still to come from the next hop is given up. */
  finish(): void {
    this.end();
    this.exchange.response.end();
    if (this.exchange.timings.downstreamEnded === null) this.abandon(new Error('The stream was finished.'));
    this.around.settle(null);
  }

  private begin(status: number, headers: IncomingHttpHeaders): void {
    const outgoing = this.around.head(status, headers);
    const contentType = single(headers, 'content-type');
    const encoding = single(headers, 'content-encoding');
    this.transform =
      bodyCheckFor(this.exchange, this.route, this.around.ownGateway, status, headers) ??
      listTransformFor(this.exchange, status, contentType, encoding);
    if (this.transform !== null) delete outgoing['content-length'];
    if (this.exchange.envelope?.kind === 'request') this.peek = peekOutcome(contentType);
    const isStream = mediaTypeOf(contentType) === EVENT_STREAM;
    if (isStream) this.beginStream(encoding);
    if (this.transform?.holdsHead) this.pendingHead = { status, headers: outgoing };
    else this.sendHead(status, outgoing, isStream);
  }

  private beginStream(encoding: string | undefined): void {
    if (encoding === undefined) this.tail = new SseTail();
    const { httpMethod, envelope } = this.exchange;
    if (httpMethod === 'GET' || envelope?.method === 'subscriptions/listen') this.around.listening.add(this);
  }

  /** A stream's headers leave at once; those of other bodies may share a packet with bytes that are already here. */
  private sendHead(status: number, headers: OutgoingHttpHeaders, atOnce: boolean): void {
    const { response } = this.exchange;
    response.writeHead(status, headers);
    if (atOnce) response.flushHeaders();
    else setImmediate(() => response.writableEnded || response.destroyed || response.flushHeaders());
  }

  private sendHeldHead(body: readonly Buffer[]): void {
    if (this.pendingHead === null) return;
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const { status, headers } = this.pendingHead;
    this.exchange.response.writeHead(status, { ...headers, 'content-length': length });
  }

  private write(chunk: Buffer): void {
    this.exchange.bytesOut += chunk.length;
    this.tail?.note(chunk);
    if (!this.exchange.response.write(chunk)) this.controller?.pause();
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(this.faultFor(error));
    }
  }

  private faultFor(error: unknown): GatewayFault {
    if (error instanceof GatewayFault) return error;
    if (!(error instanceof EnvelopeError)) return new GatewayFault('internal_error', { cause: error });
    const reason = error.kind === 'too_large' ? 'upstream_response_too_large' : 'upstream_invalid_response';
    return new GatewayFault(reason, { ...hopOf(this.route, this.around.ownGateway), detail: error.detail });
  }

  private fail(fault: GatewayFault): void {
    this.end();
    this.abandon(fault);
    if (!this.exchange.response.headersSent) return this.around.settle(fault);
    this.exchange.fault = fault;
    this.breakOff(fault);
    this.around.settle(null);
  }

  /**
   * After the first byte: a modern stream ends with an error event, since it cannot be resumed; a legacy stream and any
   * other body are cut, so that nobody takes them for whole.
   */
  private breakOff(fault: GatewayFault): void {
    const { response, envelope, requestId, server, hop } = this.exchange;
    if (this.tail === null || envelope?.era !== 'modern') return void response.destroy();
    const caller = hop?.iss ?? null;
    const scene = { gateway: this.around.ownGateway, caller, server, requestId, idRaw: envelope.idRaw };
    response.end(`${this.tail.separator()}data: ${renderJsonRpcError(fault, scene)}\n\n`);
  }

  private onClosed(): void {
    if (this.ended) return;
    this.end();
    this.abandon(new Error('The caller closed the connection.'));
    this.around.settle(null);
  }

  private end(): void {
    this.ended = true;
    this.around.listening.delete(this);
    this.noteOutcome();
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
