import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { GatewayError, globMatches, negotiatesEra, type ConfigServer } from '#libs/contract';
import {
  type Asked,
  type Caller,
  type Decision,
  type DenialReason,
  type Principal,
  OWN_GATEWAY,
  stageKey,
  type OwnGateway,
  type Read,
  type RequestLog,
  passageOf,
  READ,
  type HttpContext,
} from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { CallerAuthentication } from '../authentication/authentication.js';
import { Access } from './access.js';
import { accessTo } from './access-evaluator.js';

const OUT_OF_SCOPE: Decision = { allowed: false, reason: 'access_denied', policy: null };

/** A caller, and what policy lets it do at one MCP server, as one snapshot has it. */
export interface AccessResult {
  readonly caller: Caller;
  readonly snapshot: Snapshot;
  /** Undefined if there is no such server; nothing is allowed then. */
  readonly server: ConfigServer | undefined;
  readonly access: Access;
  /** About what the request asks for; the scope of the credential is part of it. */
  readonly decision: Decision;
}

/** @param gateway Registry name of the deciding gateway; without one, nothing is allowed. */
export function accessResultOf(
  caller: Caller,
  snapshot: Snapshot,
  name: string,
  asked: Asked,
  gateway: string | null,
): AccessResult {
  const { principal } = caller;
  const server = snapshot.server(name);
  const access = gateway === null ? Access.NONE : accessTo(snapshot, principal, server, gateway);
  return { caller, snapshot, server, access, decision: decide(principal, name, asked, access) };
}

function decide({ serverScope }: Principal, server: string, asked: Asked, access: Access): Decision {
  if (!serverScope.some((pattern) => globMatches(pattern, server))) return OUT_OF_SCOPE;
  return access.decide(asked);
}

/**
 * A JSON-RPC error needs an id to answer to: a notification is refused as a whole. So is the negotiation of the era, which
 * such an error would decide.
 */
export function denialOf({ kind, method, tool }: Asked, reason: DenialReason): GatewayError {
  if (reason === 'access_denied' || kind !== 'request' || negotiatesEra(method))
    return new GatewayError('access_denied');
  return new GatewayError(reason, { detail: (reason === 'tool_denied' ? tool : method) ?? '' });
}

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

  /** @throws GatewayError `access_denied`, `method_denied`, `tool_denied`, and as authentication does. */
  authorize(read: Read, log: RequestLog): Authorized | Promise<Authorized> {
    const snapshot = this.callers.currentSnapshot();
    const caller = this.callers.renew(read.caller, snapshot);
    return caller instanceof Promise
      ? caller.then((known) => this.decide(read, known, snapshot, log))
      : this.decide(read, caller, snapshot, log);
  }

  private decide(read: Read, caller: Caller, snapshot: Snapshot, log: RequestLog): Authorized {
    const { request, requestId, hop, asked, message } = read;
    const { server, access, decision } = accessResultOf(
      caller,
      snapshot,
      request.server,
      asked,
      this.own.name,
    );
    log.decision = decision;
    if (decision.reason !== null || server === undefined)
      throw denialOf(asked, decision.reason ?? 'access_denied');
    return { request, requestId, hop, caller, snapshot, asked, message, server, access };
  }
}

/** Nest's face of the stage {@link Authorization}. */
@Injectable()
export class AuthorizeGuard implements CanActivate {
  constructor(private readonly authorization: Authorization) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(AUTHORIZED, this.authorization.authorize(passage.after(READ), passage.log));
  }
}
