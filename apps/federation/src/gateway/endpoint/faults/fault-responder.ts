import type { IncomingMessage } from 'node:http';
import { randomUUIDv7 } from 'node:crypto';
import { inspect } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { challengeFor } from '#libs/auth';
import { ANSWER_HEADERS, GatewayError, HEADERS } from '#libs/contract';
import { OWN_GATEWAY, passageOfRequest, type OwnGateway, type Passage } from '#libs/request';
import {
  failingLeg,
  FaultLog,
  proxyStatusOf,
  renderJsonRpcError,
  renderServerTiming,
  sceneOf,
} from '#libs/routing';
import type { AgentHttpResponse } from '../agent-connection.js';
import { discardRest, endWith } from './discard-rest.js';
import { renderMessage } from './fault-message.js';

interface Answer {
  /** Flat list of names and values. */
  headers: string[];
  body: string;
}

/** Answers a request with a failure of this gateway's own. */
@Injectable()
export class FaultResponder {
  private readonly logger = new Logger('RequestPath');

  constructor(
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly faultLog: FaultLog,
  ) {}

  respond(request: IncomingMessage, response: AgentHttpResponse, error: unknown): void {
    const passage = passageOfRequest(request);
    const requestId = passage?.log.requestId ?? randomUUIDv7();
    const fault = this.faultFor(error, requestId);
    if (passage !== undefined) passage.log.fault ??= fault;
    this.faultLog.report(fault, requestId);
    // Answered already: what fails now is the rest of a request that was refused.
    if (response.writableEnded) return;
    if (response.headersSent || fault.reason === 'client_disconnected') return void response.destroy();
    this.send(request, response, fault, this.answer(fault, passage, requestId));
  }

  /** A whole HTTP message, for a connection on which no request could be made out. It must be the last one there. */
  messageOf(fault: GatewayError): string {
    const { headers, body } = this.answer(fault, undefined, randomUUIDv7());
    return renderMessage(fault.spec.status, headers, body);
  }

  private send(
    request: IncomingMessage,
    response: AgentHttpResponse,
    fault: GatewayError,
    { headers, body }: Answer,
  ): void {
    if (fault.spec.closesConnection) endWith(request, response);
    else discardRest(request, response);
    const passage = passageOfRequest(request);
    if (passage !== undefined) passage.log.bytesOut += Buffer.byteLength(body);
    response.sendHead(statusOf(fault), headers);
    response.end(body);
  }

  private answer(fault: GatewayError, passage: Passage | undefined, requestId: string): Answer {
    const gateway = this.own.label;
    const scene =
      passage === undefined
        ? { gateway, caller: null, server: null, requestId, idRaw: null }
        : sceneOf(gateway, passage.log, passage.request.server);
    const body = renderJsonRpcError(fault, scene);
    const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
    headers.push(...ANSWER_HEADERS, HEADERS.requestId, requestId);
    this.describe(headers, fault);
    if (passage !== undefined) this.describeForCaller(headers, fault, passage);
    return { headers, body };
  }

  private describe(headers: string[], fault: GatewayError): void {
    const { retryAfter, detail } = fault.context;
    const { detailHeader } = fault.spec;
    const proxyStatus = proxyStatusOf(fault, this.own.label);
    if (retryAfter !== undefined) headers.push('retry-after', String(retryAfter));
    if (proxyStatus !== null) headers.push(HEADERS.proxyStatus, proxyStatus);
    if (detailHeader !== null && detail !== undefined) headers.push(detailHeader, detail);
  }

  private describeForCaller(headers: string[], fault: GatewayError, { request, log }: Passage): void {
    const { label, url } = this.own;
    if (statusOf(fault) === 401)
      headers.push('www-authenticate', challengeFor(url, request.server, fault.reason));
    headers.push(HEADERS.serverTiming, renderServerTiming(log, request.role, label, undefined));
    if (request.role === 'entry') return;
    headers.push(HEADERS.reason, fault.reason);
    headers.push(HEADERS.failedHop, failingLeg(fault, label, log.hop?.iss ?? null));
  }

  private faultFor(error: unknown, requestId: string): GatewayError {
    const fault =
      error instanceof GatewayError ? error : new GatewayError('internal_error', { cause: error });
    if (fault.spec.isDefect) this.report(fault, requestId);
    return fault;
  }

  private report(fault: GatewayError, requestId: string): void {
    const cause = fault.context.cause ?? fault;
    const stack = cause instanceof Error ? cause.stack : inspect(cause);
    this.logger.error(`Request ${requestId} failed unexpectedly`, stack);
  }
}

const statusOf = ({ context, spec }: GatewayError): number => context.status ?? spec.status;
