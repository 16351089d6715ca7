import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { GatewayError, negotiatesEra } from '#libs/contract';
import { EnvelopeError, IntroductionWatcher, type ListKind, type ResultWatcher } from '#libs/envelope';
import { listens, type OwnGateway } from '#libs/request';
import type { FaultLog } from '../fault/fault-log.js';
import { renderJsonRpcError, sceneOf } from '../fault/json-rpc-error.js';
import type { NextRequest } from '../next-hop/next-request.js';
import { isSilence, transportFault } from '../next-hop/transport-fault.js';
import type { BodyTransform } from './body-transform.js';
import { listTransformFor, resultWatcherFor } from './choose-transform.js';
import { bodyCheckFor, EVENT_STREAM } from './judge-answer.js';
import { EXCERPT_WAIT_MS, RefusedAnswer } from './refused-answer.js';
import { lengthIn, responseHead, type ResponseHead, type ResponseHeads } from './response-head.js';
import { OpenResponse, type OpenResponseControl, type SentRequest } from './open-response.js';
import { ResponseWriter } from './response-writer.js';
import { EventStream } from './stream/event-stream.js';
import type { ListNotices } from './stream/list-notices.js';
import type { StreamWatch } from './stream/stream-watch.js';

const GONE = Object.freeze({}) as never;
const NO_MORE = (): void => undefined;

/** What the responses of all requests share. */
export interface RelayServices {
  readonly own: Pick<OwnGateway, 'label'>;
  readonly heads: Pick<ResponseHeads, 'outgoing'>;
  readonly watch: Pick<StreamWatch, 'add' | 'delete' | 'lingerMs'>;
  /** For what fails when it is too late to render it. */
  readonly faultLog: Pick<FaultLog, 'report'>;
}

/**
 * The next hop's side of a response: undici tells it what comes, and it is judged and written on as it comes, with
 * back-pressure. The caller's disconnect ends the request to the next hop, and the next hop's failure ends the response.
 */
export class HopResponse implements Dispatcher.DispatchHandler, OpenResponseControl {
  private writer: ResponseWriter;
  private readonly responseMs: number;
  private request: NextRequest | null;
  private open: OpenResponse | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private head: ResponseHead | null = null;
  private watcher: ResultWatcher | null = null;
  private isOver = false;
  private hasRetried = false;
  private settle: (fault: GatewayError | null) => void = NO_MORE;

  /** @param request Let go of as soon as it has begun to leave, since it holds the body. */
  constructor(
    private sent: SentRequest,
    private notices: ListNotices | null,
    request: NextRequest,
    private readonly services: RelayServices,
  ) {
    this.request = request;
    this.responseMs = request.options.headersTimeout ?? Infinity;
    this.writer = new ResponseWriter(sent.response, sent.log);
  }

  /**
   * Sends the request. Resolves when the response has ended, one way or another.
   * @throws GatewayError when the next hop failed before anything was sent back.
   */
  run(): Promise<void> {
    const { response, log } = this.sent;
    if (response.destroyed) return Promise.reject(new GatewayError('client_disconnected'));
    response.prependListener('close', () => {
      this.onClosed();
      this.letGo();
    });
    log.forwardedAt = performance.now();
    return new Promise((resolve, reject) => {
      this.settle = (fault) => (fault === null ? resolve() : reject(fault));
      this.dispatch();
    });
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.request = null;
    if (this.isOver) controller.abort(new Error('The caller closed the connection.'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.isOver) return;
    try {
      if (status < 200) return this.assertInTime();
      this.sent.log.answeredAt = performance.now();
      this.begin(responseHead(status, headers));
    } catch (error) {
      this.fail(this.faultOf(error));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    try {
      this.watcher?.push(chunk);
      if (!this.writer.push(chunk)) this.pause(controller);
    } catch (error) {
      this.fail(this.faultOf(error));
    }
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    this.noteEndOfNextHop();
    try {
      this.writer.finish();
    } catch (error) {
      return this.fail(this.faultOf(error));
    }
    this.over();
    this.settle(null);
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.isOver) return;
    if (this.mayRetry(error)) return void setImmediate(() => this.dispatch());
    if (this.open?.isListening === true && isSilence(error)) return this.finish();
    const progress = { wasSent: this.controller !== null, wasAnswered: this.sent.log.answeredAt !== null };
    this.fail(transportFault(error, this.sent.nextHop, progress));
  }

  /**
   * Ends the response as a whole one; what was still to come from the next hop is given up. No result is made up for a
   * `subscriptions/listen` (MCP 2026-07-28): that would say that the MCP server has ended the subscription, while a stream
   * that just ends makes the client listen again.
   */
  finish(): void {
    if (this.isOver) return;
    this.over();
    this.writer.end();
    this.open?.linger(this.services.watch.lingerMs);
    this.abandon(new Error('The stream was finished.'));
    this.settle(null);
  }

  fail(fault: GatewayError): void {
    const { lingerMs } = this.services.watch;
    if (this.isOver) return this.open?.linger(lingerMs);
    this.over();
    this.abandon(fault);
    if (!this.sent.response.headersSent) return this.giveUp(fault);
    this.sent.log.fault = fault;
    this.services.faultLog.report(fault, this.sent.log.requestId);
    this.writer.breakOff(this.lastEventFor(fault));
    this.open?.linger(lingerMs);
    this.settle(null);
  }

  /** Until now the caller was allowed to see everything. */
  filterAnew(): void {
    if (this.isOver || this.writer.transform !== null || !this.sent.response.headersSent) return;
    const transform = this.listTransform();
    if (transform === null) return;
    if (this.writer.events === null) this.finish();
    else this.writer.filterFromNow(transform);
  }

  private dispatch(): void {
    if (this.isOver || this.request === null) return;
    this.request.dispatcher.dispatch(this.request.options, this);
  }

  /** Once, and only while no byte can have left: `tools/call` must not be executed twice. */
  private mayRetry(error: Error): boolean {
    const timedOut = (error as NodeJS.ErrnoException).code === 'UND_ERR_CONNECT_TIMEOUT';
    if (this.controller !== null || timedOut || this.hasRetried) return false;
    this.hasRetried = true;
    return true;
  }

  /**
   * Each interim response (RFC 9110 §15.2) starts the HTTP client's time-out anew; the final one must come in time all the
   * same.
   * @throws GatewayError when it does not.
   */
  private assertInTime(): void {
    const { log, nextHop } = this.sent;
    if (log.waitedMs > this.responseMs)
      throw nextHop.fault('timeout', { detail: 'only interim responses came' });
  }

  private begin(head: ResponseHead): void {
    const headers = this.services.heads.outgoing(this.sent, head);
    this.head = head;
    const isStream = head.mediaType === EVENT_STREAM;
    this.openUp(isStream);
    const check = bodyCheckFor(this.sent, head);
    if (check instanceof RefusedAnswer) setTimeout(() => this.fail(check.fault()), EXCERPT_WAIT_MS).unref();
    this.writer.transform = check ?? this.listTransform();
    this.watcher = resultWatcherFor(this.sent, head, (kind) => this.assertShowable(kind));
    // A listening stream may end sooner than was announced, and must not look as if it had been cut then.
    const length = this.open?.isListening === true ? null : lengthIn(head);
    // The first event of a GET may show that the stream must not pass.
    this.writer.begin(
      { status: head.status, headers, length },
      isStream && this.sent.asked.httpMethod !== 'GET',
    );
  }

  /** From here on the response is watched. Nothing can be put into a stream that is compressed, or whose length was told. */
  private openUp(isStream: boolean): void {
    const { sent, head, services } = this;
    const isPlain =
      head?.headers['content-encoding'] === undefined && head?.headers['content-length'] === undefined;
    if (isStream && isPlain) this.writer.events = new EventStream(sent.response, sent.log, this.notices);
    const isListening = isStream && listens(sent.asked);
    this.open = new OpenResponse(sent, this, isListening, this.writer.events);
    services.watch.add(this.open);
  }

  /**
   * A list may answer a request that asked for none: where two requests of a session have the same id, servers mix up their
   * answers. A legacy stream that breaks off is resumed by GET, where lists are filtered whatever was asked.
   */
  private assertShowable(kind: ListKind): void {
    if (this.writer.transform === null && this.open?.hides(kind) !== false)
      throw new EnvelopeError('unreadable', 'it holds a list that the caller may not see whole');
  }

  private listTransform(): BodyTransform | null {
    return this.open === null || this.head === null ? null : listTransformFor(this.open, this.head);
  }

  private pause(controller: Dispatcher.DispatchController): void {
    controller.pause();
    this.sent.response.once('drain', () => controller.resume());
  }

  /** Nothing has gone back: the fault can still be the answer. */
  private giveUp(fault: GatewayError): void {
    this.writer.discard();
    this.settle(fault);
  }

  /**
   * After the first byte: a modern stream ends with an error event, since it cannot be resumed; a legacy stream and any
   * other body are cut, so that nobody takes them for whole. So is the negotiation of the era, which an error would decide.
   */
  private lastEventFor(fault: GatewayError): string | null {
    const { asked, request, log } = this.sent;
    if (this.writer.events === null || asked.era !== 'modern' || negotiatesEra(asked.method)) return null;
    return renderJsonRpcError(fault, sceneOf(this.services.own.label, log, request.server));
  }

  private onClosed(): void {
    if (this.open !== null) this.services.watch.delete(this.open);
    if (this.isOver) return;
    this.over();
    this.abandon(new Error('The caller closed the connection.'));
    this.settle(null);
  }

  /**
   * Lets go of the request once its response has closed; nothing is asked of this object any more. The garbage collector may have
   * promoted it while it was in use, and what it still held would then live until the next full collection: 12 KB for each call.
   */
  private letGo(): void {
    this.sent = GONE;
    this.writer = GONE;
    this.settle = NO_MORE;
    this.open = this.watcher = this.head = this.controller = this.notices = null;
  }

  private over(): void {
    this.isOver = true;
    this.request = null;
    const { log } = this.sent;
    const { result } = log;
    if (this.watcher === null) return;
    if (this.watcher instanceof IntroductionWatcher) log.introduction = this.watcher.introduction();
    result.answered = this.watcher.answered;
    if (this.watcher.kind !== 'success') result.reason ??= this.watcher.kind;
  }

  private abandon(reason: Error): void {
    this.noteEndOfNextHop();
    this.controller?.abort(reason);
  }

  private noteEndOfNextHop(): void {
    this.sent.log.nextHopEndedAt ??= performance.now();
  }

  private faultOf(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error;
    if (!(error instanceof EnvelopeError)) return new GatewayError('internal_error', { cause: error });
    const reason = error.kind === 'too_large' ? 'upstream_response_too_large' : 'upstream_invalid_response';
    return this.sent.nextHop.because(reason, { detail: error.detail });
  }
}
