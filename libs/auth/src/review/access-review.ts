import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import type { Snapshot } from '#libs/snapshot';
import { CallerAuthentication } from '../authentication/caller-authentication.js';
import { denialOf, standingOf, type Standing } from '../authorization/authorize-exchange.js';
import type { Exchange } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';
import type { Principal } from '../principal.js';

/**
 * Judges a request that was admitted earlier as if it came now, on the current snapshot and the current revocations:
 * responses may stay open for hours. The hop context is not judged again, since it was made for the moment of the request;
 * its issuer must still be a gateway of the federation.
 */
@Injectable()
export class AccessReview {
  constructor(
    private readonly caller: CallerAuthentication,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /** False if every request is refused, for want of a configuration that may be used. */
  get hasConfiguration(): boolean {
    return this.caller.isConfigured;
  }

  /**
   * The caller's standing as of now; a promise only where the credential's kind needs one.
   * @throws GatewayFault what the request would be refused with.
   */
  review(exchange: Exchange): Standing | Promise<Standing> {
    const snapshot = this.caller.currentSnapshot();
    if (exchange.hop !== null && snapshot.gateway(exchange.hop.iss) === undefined)
      throw new GatewayFault('hop_untrusted', { detail: 'its issuer is unknown' });
    const principal = this.caller.principalOf(exchange, snapshot);
    return principal instanceof Promise
      ? principal.then((known) => this.assertAllowed(exchange, snapshot, known))
      : this.assertAllowed(exchange, snapshot, principal);
  }

  private assertAllowed(exchange: Exchange, snapshot: Snapshot, principal: Principal): Standing {
    const standing = standingOf(exchange, snapshot, principal, this.own.name);
    if (standing.decision.reason !== null) throw denialOf(exchange, standing.decision.reason);
    return standing;
  }
}
