import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayError, serverOfTarget } from '#libs/contract';
import { attachPassage, McpRequest, Passage, RequestLog } from '#libs/request';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { RequestAccounting } from '../../accounting/request-accounting.js';
import { connectionOf, type AgentHttpResponse } from '../agent-connection.js';
import { HttpBody } from '../body/http-body.js';
import { Drain } from '../drain.js';
import { FaultResponder } from '../faults/fault-responder.js';
import { ProtectedResource } from '../metadata/protected-resource.js';
import {
  AllowedHosts,
  ALLOWED_METHODS,
  allowOrigin,
  markVarying,
  preflightHeaders,
} from './host-and-origin.js';
import { repeatedHeader, assertFraming } from './message-framing.js';

const METHODS = new Set(ALLOWED_METHODS.split(', '));

/** Stage 1: what is not plainly a request to an MCP endpoint of this gateway goes no further. */
@Injectable()
export class Admission {
  private readonly origins: ReadonlySet<string>;

  constructor(
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly hosts: AllowedHosts,
    private readonly metadata: ProtectedResource,
    private readonly accounting: RequestAccounting,
    private readonly faults: FaultResponder,
    private readonly drain: Drain,
  ) {
    // A page from the gateway's own origin is no stranger: that it is the gateway's, `Host` has to prove as well.
    this.origins = new Set([new URL(settings.url).origin, ...settings.allowedOrigins]);
  }

  /** The passage of a request that may go on; null if the request has been answered. */
  admit(request: IncomingMessage, response: AgentHttpResponse): Passage | null {
    try {
      return this.attempt(request, response);
    } catch (error) {
      this.faults.respond(request, response, error);
      return null;
    }
  }

  private attempt(request: IncomingMessage, response: AgentHttpResponse): Passage | null {
    const target = request.url ?? '';
    const server = serverOfTarget(target);
    if (server === null) return this.answerOther(target, request, response);
    // A preflight asks nothing of an MCP server; whatever else names one is accounted for, refused or not.
    const isPreflight = request.method === 'OPTIONS';
    const passage = isPreflight ? null : this.begin(request, response, server);
    this.share(request, response);
    assertFraming(request);
    this.checkHeaders(request);
    this.checkOrigin(request);
    if (!METHODS.has(request.method ?? ''))
      throw new GatewayError('method_not_allowed', { detail: ALLOWED_METHODS });
    if (isPreflight) answerPreflight(request, response);
    return passage;
  }

  private answerOther(target: string, request: IncomingMessage, response: AgentHttpResponse): null {
    const described = this.metadata.serverOf(target);
    if (described === null) this.share(request, response);
    assertFraming(request);
    if (described === null) throw new GatewayError('route_not_found');
    this.checkHeaders(request);
    this.metadata.answer(request.method, described, response);
    return null;
  }

  private checkHeaders(request: IncomingMessage): void {
    const repeated = repeatedHeader(request);
    if (repeated !== null) throw new GatewayError('ambiguous_headers', { detail: repeated });
    const { host } = request.headers;
    if (!this.hosts.has(host)) throw new GatewayError('host_not_allowed', { detail: shown(host) });
  }

  private checkOrigin({ headers }: IncomingMessage): void {
    if (headers.origin !== undefined && !this.origins.has(headers.origin))
      throw new GatewayError('origin_not_allowed');
  }

  /** Before anything can fail: a refusal that a browser keeps from its script is taken for a server of another era. */
  private share({ headers }: IncomingMessage, response: AgentHttpResponse): void {
    markVarying(response);
    if (headers.origin !== undefined && this.origins.has(headers.origin))
      allowOrigin(response, headers.origin);
  }

  private begin(request: IncomingMessage, response: AgentHttpResponse, server: string): Passage {
    const body = new HttpBody(request, response, this.settings.bodyTimeoutMs);
    const peer = connectionOf(request.socket);
    const mcpRequest = new McpRequest(request.method ?? '', server, request.headers, body, peer);
    const passage = new Passage(mcpRequest, response, new RequestLog());
    attachPassage(request, passage);
    if (this.drain.isDraining) this.end(request, response);
    this.accounting.watch(passage);
    return passage;
  }

  /** So that the client moves on to another replica. */
  private end(request: IncomingMessage, response: AgentHttpResponse): void {
    response.announceClose();
    connectionOf(request.socket).hasLastAnswer = true;
  }
}

/** The most of a strange `Host` that an answer repeats, characters. */
const MAX_SHOWN = 100;

const shown = (host = ''): string => JSON.stringify(host.slice(0, MAX_SHOWN));

function answerPreflight({ headers }: IncomingMessage, response: AgentHttpResponse): void {
  response.sendHead(204, preflightHeaders(headers));
  response.end();
}
