import { Inject, Injectable } from '@nestjs/common';
import { GatewayError } from '#libs/contract';
import { OWN_GATEWAY, type Caller, type Credential, type OwnGateway } from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { CallerAuthentication } from '../authentication/authentication.js';
import { type Authorized, denialOf, accessResultOf, type AccessResult } from './authorization.js';

/** What a request was allowed by, as far as it can be judged again. */
export interface Allowed extends Pick<Authorized, 'request' | 'hop' | 'asked'> {
  readonly credential: Credential;
}

/**
 * Judges a request that was admitted earlier as if it came now, on the current snapshot and the current revocations:
 * responses may stay open for hours. The hop context is not judged again, since it was made for the moment of the request;
 * its issuer must still be a gateway of the federation.
 */
@Injectable()
export class AccessReview {
  constructor(
    private readonly callers: CallerAuthentication,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /** False if every request is refused, for want of a configuration that may be used. */
  get hasConfiguration(): boolean {
    return this.callers.isConfigured;
  }

  /**
   * The caller's access as of now; a promise only where the credential's kind needs one.
   * @throws GatewayError what the request would be refused with.
   */
  review(allowed: Allowed): AccessResult | Promise<AccessResult> {
    const { hop, credential } = allowed;
    const snapshot = this.callers.currentSnapshot();
    if (hop !== null && snapshot.gateway(hop.iss) === undefined)
      throw new GatewayError('hop_untrusted', { detail: 'its issuer is unknown' });
    const caller = this.callers.verify(credential, snapshot);
    return caller instanceof Promise
      ? caller.then((known) => this.assertAllowed(allowed, known, snapshot))
      : this.assertAllowed(allowed, caller, snapshot);
  }

  private assertAllowed({ request, asked }: Allowed, caller: Caller, snapshot: Snapshot): AccessResult {
    const result = accessResultOf(caller, snapshot, request.server, asked, this.own.name);
    if (result.decision.reason !== null) throw denialOf(asked, result.decision.reason);
    return result;
  }
}
