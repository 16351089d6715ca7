import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { attachExchange, Exchange } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { Account } from '../account/account.js';
import { Drain } from '../drain.js';
import { makeLast } from '../fault/last-answer.js';
import { FaultResponder } from '../fault/fault-responder.js';
import { ProtectedResource } from '../metadata/protected-resource.js';
import { repeatedHeader } from './ambiguous-headers.js';
import { AllowedHosts } from './allowed-hosts.js';
import { ALLOWED_METHODS, allowOrigin, markVarying, preflightHeaders } from './cors.js';
import { serverOfTarget } from './endpoint-path.js';
import { assertFraming } from './message-framing.js';

const METHODS = new Set(ALLOWED_METHODS.split(', '));

/** The first stage: what is not plainly a request to an MCP endpoint of this gateway goes no further. */
@Injectable()
export class Admission {
  private readonly origins: ReadonlySet<string>;

  constructor(
    @Inject(GATEWAY_SETTINGS) settings: GatewaySettings,
    private readonly hosts: AllowedHosts,
    private readonly metadata: ProtectedResource,
    private readonly account: Account,
    private readonly faults: FaultResponder,
    private readonly drain: Drain,
  ) {
    // A page from the gateway's own origin is no stranger: that it is the gateway's, `Host` has to prove as well.
    this.origins = new Set([new URL(settings.url).origin, ...settings.allowedOrigins]);
  }

  /** True if the request may go on; otherwise it has been answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    try {
      return this.attempt(request, response);
    } catch (error) {
      this.faults.respond(request, response, error);
      return false;
    }
  }

  private attempt(request: IncomingMessage, response: ServerResponse): boolean {
    const target = request.url ?? '';
    const server = serverOfTarget(target);
    const isPreflight = request.method === 'OPTIONS';
    // A preflight asks nothing of an MCP server; whatever else names one is accounted for, refused or not.
    if (server !== null && !isPreflight) this.begin(new Exchange(request, response, server));
    if (this.metadata.serverOf(target) === null) this.share(request, response);
    assertFraming(request);
    if (server === null) return this.answerOther(target, request, response);
    this.checkHeaders(request);
    this.checkOrigin(request);
    if (!METHODS.has(request.method ?? ''))
      throw new GatewayFault('method_not_allowed', { detail: ALLOWED_METHODS });
    return isPreflight ? answerPreflight(request, response) : true;
  }

  private answerOther(target: string, request: IncomingMessage, response: ServerResponse): false {
    const described = this.metadata.serverOf(target);
    if (described === null) throw new GatewayFault('route_not_found');
    this.checkHeaders(request);
    this.metadata.answer(request.method, described, response);
    return false;
  }

  private checkHeaders({ rawHeaders, headers }: IncomingMessage): void {
    const repeated = repeatedHeader(rawHeaders);
    if (repeated !== null) throw new GatewayFault('ambiguous_headers', { detail: repeated });
    if (!this.hosts.has(headers.host)) throw new GatewayFault('host_not_allowed');
  }

  private checkOrigin({ headers }: IncomingMessage): void {
    if (headers.origin !== undefined && !this.origins.has(headers.origin))
      throw new GatewayFault('origin_not_allowed');
  }

  /** Before anything can fail: a refusal that a browser keeps from its script is taken for a server of another era. */
  private share({ headers }: IncomingMessage, response: ServerResponse): void {
    markVarying(response);
    if (headers.origin !== undefined && this.origins.has(headers.origin))
      allowOrigin(response, headers.origin);
  }

  /** So that the client moves on to another replica. */
  private end({ request, response }: Exchange): void {
    response.setHeader('connection', 'close');
    makeLast(request);
  }

  private begin(exchange: Exchange): void {
    attachExchange(exchange);
    if (this.drain.isDraining) this.end(exchange);
    this.account.watch(exchange);
  }
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): false {
  response.writeHead(204, preflightHeaders(request.headers)).end();
  return false;
}
