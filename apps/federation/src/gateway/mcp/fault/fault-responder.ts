import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { randomUUIDv7 } from 'node:crypto';
import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { challengeFor, exchangeOfRequest, OWN_GATEWAY, type Exchange, type OwnGateway } from '#libs/auth';
import { GatewayFault, HEADERS, type Reason } from '#libs/contract';
import { failingHop, FaultLog, proxyStatusOf, renderJsonRpcError, renderServerTiming } from '#libs/routing';
import { discardRest, endWith } from './discard-rest.js';
import { renderMessage } from './fault-message.js';

interface Answer {
  headers: OutgoingHttpHeaders;
  body: string;
}

/** After these, what follows on the connection might be a part of what was refused. */
const CLOSING: ReadonlySet<Reason> = new Set<Reason>([
  'request_malformed',
  'headers_too_large',
  'http_version_unsupported',
  'transfer_encoding_unsupported',
  'body_unexpected',
  'body_timeout',
]);

/** What the framework refuses before any stage sees it, by its status: routes, and media types that are none. */
const OF_FRAMEWORK: Readonly<Record<number, Reason>> = {
  404: 'route_not_found',
  415: 'media_type_unsupported',
};

/** Answers a request with a failure of this gateway's own. */
@Injectable()
export class FaultResponder {
  private readonly logger = new Logger('RequestPath');

  constructor(
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly faultLog: FaultLog,
  ) {}

  respond(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const exchange = exchangeOfRequest(request);
    const requestId = exchange?.requestId ?? randomUUIDv7();
    const fault = this.faultFor(error, requestId);
    if (exchange !== undefined) exchange.fault ??= fault;
    this.faultLog.report(fault, requestId);
    // Answered already: what fails now is the rest of a request that was refused.
    if (response.writableEnded) return;
    if (response.headersSent || fault.reason === 'client_disconnected') return void response.destroy();
    this.send(request, response, fault, exchange, requestId);
  }

  /** A whole HTTP message, for a connection on which no request could be made out. It must be the last one there. */
  messageOf(fault: GatewayFault): string {
    const { headers, body } = this.answer(fault, undefined, randomUUIDv7());
    return renderMessage(fault.spec.status, headers, body);
  }

  private send(
    request: IncomingMessage,
    response: ServerResponse,
    fault: GatewayFault,
    exchange: Exchange | undefined,
    requestId: string,
  ): void {
    const { headers, body } = this.answer(fault, exchange, requestId);
    if (CLOSING.has(fault.reason)) endWith(request, headers);
    else discardRest(request, headers);
    if (exchange !== undefined) exchange.bytesOut += Buffer.byteLength(body);
    response.writeHead(fault.context.status ?? fault.spec.status, headers).end(body);
  }

  private answer(fault: GatewayFault, exchange: Exchange | undefined, requestId: string): Answer {
    const body = renderJsonRpcError(fault, {
      gateway: this.ownName,
      caller: exchange?.hop?.iss ?? null,
      server: exchange?.server ?? null,
      requestId,
      idRaw: exchange?.envelope?.idRaw ?? null,
    });
    const headers: OutgoingHttpHeaders = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      [HEADERS.requestId]: requestId,
    };
    this.describe(headers, fault, exchange);
    return { headers, body };
  }

  private describe(headers: OutgoingHttpHeaders, fault: GatewayFault, exchange: Exchange | undefined): void {
    const { retryAfter } = fault.context;
    const proxyStatus = proxyStatusOf(fault, this.ownName);
    if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
    if (proxyStatus !== null) headers[HEADERS.proxyStatus] = proxyStatus;
    if (fault.reason === 'method_not_allowed') headers['allow'] = fault.context.detail;
    if (exchange === undefined) return;
    const status = fault.context.status ?? fault.spec.status;
    if (status === 401)
      headers['www-authenticate'] = challengeFor(this.own.url, exchange.server, fault.reason);
    headers[HEADERS.serverTiming] = renderServerTiming(exchange, this.ownName, undefined);
    if (exchange.role === 'handling') {
      headers[HEADERS.reason] = fault.reason;
      headers[HEADERS.failedHop] = failingHop(fault, this.ownName, exchange.hop?.iss ?? null);
    }
  }

  private get ownName(): string {
    return this.own.label;
  }

  private faultFor(error: unknown, requestId: string): GatewayFault {
    if (error instanceof GatewayFault) {
      if (error.reason === 'internal_error') this.report(error.cause, requestId);
      return error;
    }
    const known = error instanceof HttpException ? OF_FRAMEWORK[error.getStatus()] : undefined;
    if (known !== undefined) return new GatewayFault(known, { detail: '(malformed)', cause: error });
    this.report(error, requestId);
    return new GatewayFault('internal_error', { cause: error });
  }

  private report(error: unknown, requestId: string): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.logger.error(`Request ${requestId} failed unexpectedly`, stack);
  }
}
