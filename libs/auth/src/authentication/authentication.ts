import { Injectable } from '@nestjs/common';
import { GatewayFault, type HopClaims } from '#libs/contract';
import type { Authenticated, Caller, McpRequest, RequestLog } from '#libs/request';
import { HopVerifier } from '../hop/hop-verifier.js';
import { CallerAuthentication } from './caller-authentication.js';
import { FailedCredentials } from './failed-credentials.js';

/** Stage 2: finds out who calls, and over which way, and pins the configuration that the request sees. */
@Injectable()
export class Authentication {
  constructor(
    private readonly callers: CallerAuthentication,
    private readonly hops: HopVerifier,
    private readonly failures: FailedCredentials,
  ) {}

  /**
   * A promise only where the hop's key, its revision or the kind of the credential has to be waited for.
   * @throws GatewayFault `hop_untrusted`, `loop_detected`, `config_*`, `credentials_*`, `principal_disabled` or `overloaded`.
   */
  authenticate(request: McpRequest, log: RequestLog): Authenticated | Promise<Authenticated> {
    this.callers.currentSnapshot();
    if (request.role === 'entry') return this.identify(request, log, null);
    const hop = this.hops.accept(request, log);
    return hop instanceof Promise
      ? hop.then((claims) => this.identify(request, log, claims))
      : this.identify(request, log, hop);
  }

  private identify(
    request: McpRequest,
    log: RequestLog,
    hop: HopClaims | null,
  ): Authenticated | Promise<Authenticated> {
    const snapshot = this.callers.currentSnapshot();
    const { requestId } = log;
    const known = (caller: Caller): Authenticated => ({ request, requestId, hop, caller, snapshot });
    try {
      const caller = this.callers.identify(request, snapshot);
      if (!(caller instanceof Promise)) return known(caller);
      return caller.then(known, (error: unknown) => this.refuse(error, request, log));
    } catch (error) {
      return this.refuse(error, request, log);
    }
  }

  /** Over a hop every agent has the entry gateway's address, and that gateway has already counted. */
  private refuse(error: unknown, request: McpRequest, log: RequestLog): never {
    if (request.role === 'handling') throw error;
    const retryAfter = this.failures.count(request.peer.address);
    if (retryAfter === 0) throw error;
    log.isAudited = false;
    throw new GatewayFault('credentials_throttled', { retryAfter });
  }
}
