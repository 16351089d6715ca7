import { Inject, Injectable } from '@nestjs/common';
import type { ConfigServer } from '#libs/contract';
import {
  OWN_GATEWAY,
  stageKey,
  type Caller,
  type OwnGateway,
  type Read,
  type RequestLog,
} from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { CallerAuthentication } from '../authentication/caller-authentication.js';
import type { Access } from './access.js';
import { denialOf, standingOf } from './standing.js';

/** After authorisation: the MCP server exists, and the caller may do there what it asks for. */
export interface Authorized extends Read {
  readonly server: ConfigServer;
  readonly access: Access;
}

export const AUTHORIZED = stageKey<Authorized>('authorisation');

/**
 * Stage 4: deny by default, at the entry gateway and again at the handling one, each on its own configuration. What is decided
 * about is the body, never a header.
 *
 * The caller chooses when the body is here, so what was known of it when the headers came may be old: caller and configuration
 * are renewed, lest a request that was kept waiting outlives the revocation of its credential.
 */
@Injectable()
export class Authorization {
  constructor(
    private readonly callers: CallerAuthentication,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /** @throws GatewayFault `access_denied`, `method_denied`, `tool_denied`, and as authentication does. */
  authorize(read: Read, log: RequestLog): Authorized | Promise<Authorized> {
    const snapshot = this.callers.currentSnapshot();
    const caller = this.callers.renew(read.caller, snapshot);
    return caller instanceof Promise
      ? caller.then((known) => this.decide(read, known, snapshot, log))
      : this.decide(read, caller, snapshot, log);
  }

  private decide(read: Read, caller: Caller, snapshot: Snapshot, log: RequestLog): Authorized {
    const { request, requestId, hop, asked, message } = read;
    const { server, access, decision } = standingOf(caller, snapshot, request.server, asked, this.own.name);
    log.decision = decision;
    if (decision.reason !== null || server === undefined)
      throw denialOf(asked, decision.reason ?? 'access_denied');
    return { request, requestId, hop, caller, snapshot, asked, message, server, access };
  }
}
