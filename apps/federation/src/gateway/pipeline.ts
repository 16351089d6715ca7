import type { IncomingMessage } from 'node:http';
import { type CallHandler, Injectable } from '@nestjs/common';
import { EMPTY } from 'rxjs';
import type { HttpContext, Passage } from '#libs/request';
import { AuthenticateGuard, AuthorizeGuard } from '#libs/auth';
import { Forwarding, RoutingInterceptor } from '#libs/routing';
import { RequestAccounting } from './accounting/request-accounting.js';
import { Admission } from './endpoint/admission/admission.js';
import type { AgentHttpResponse } from './endpoint/agent-connection.js';
import { ReadGuard } from './endpoint/body/reading.js';
import { FaultResponder } from './endpoint/faults/fault-responder.js';

/** What an interceptor hands over to: the pipeline itself takes the request on. */
export const NOTHING_MORE: CallHandler = { handle: () => EMPTY };

/** What guards and interceptors see of a request that does not go through Nest's router. */
export class PassageContext implements HttpContext {
  constructor(private readonly raw: IncomingMessage) {}

  switchToHttp(): this {
    return this;
  }

  getRequest(): { readonly raw: IncomingMessage } {
    return { raw: this.raw };
  }
}

/**
 * The path of a request through a gateway: seven stages, in this order. Each takes the value that the one before it has left and
 * leaves a narrower one; whatever a stage throws is the answer. Authentication, reading and authorisation are Nest guards and
 * routing is a Nest interceptor; they run here as Nest would run them, without the machinery around its router (ADR 13).
 */
@Injectable()
export class Pipeline {
  constructor(
    private readonly admission: Admission,
    private readonly authenticate: AuthenticateGuard,
    private readonly read: ReadGuard,
    private readonly authorize: AuthorizeGuard,
    private readonly route: RoutingInterceptor,
    private readonly forwarding: Forwarding,
    private readonly accounting: RequestAccounting,
    private readonly faults: FaultResponder,
  ) {}

  /** Takes a request from its headers to the end of its response. Never throws. */
  async run(request: IncomingMessage, response: AgentHttpResponse): Promise<void> {
    // 1. Admit: framing, path, host, origin, repeated headers. The body is not read yet.
    const passage = this.admission.admit(request, response);
    if (passage !== null) await this.pass(request, response, passage);
  }

  private async pass(request: IncomingMessage, response: AgentHttpResponse, passage: Passage): Promise<void> {
    const context = new PassageContext(request);
    try {
      // 2. Authenticate: who calls, over which way, and the configuration that this request sees.
      const isKnown = this.authenticate.canActivate(context);
      if (isKnown !== true) await isKnown;
      // 3. Read: the body, and what it asks for.
      const isRead = this.read.canActivate(context);
      if (isRead !== true) await isRead;
      // 4. Authorise: the scope of the token and the policies, deny by default.
      const isAllowed = this.authorize.canActivate(context);
      if (isAllowed !== true) await isAllowed;
      // 5. Route: to the MCP server, or to the gateway next to it.
      this.route.intercept(context, NOTHING_MORE);
      // 6. Forward, once the audit has the intent.
      await this.forwarding.forward(passage, () => this.accounting.intend(passage));
    } catch (error) {
      this.faults.respond(request, response, error);
    }
    // 7. Account: begun by admission, runs when the response closes, however it ends.
  }
}
