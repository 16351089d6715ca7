import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault, MAX_ASSERTION_SECONDS } from '#libs/contract';
import { HOP_KEYRING, type HopKeyring } from '#libs/snapshot';
import type { Exchange } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';
import { hopBodyHash, renderHopToken } from './hop-token.js';

/** Signs the hop context of requests that this gateway passes on to another. */
@Injectable()
export class HopSigner {
  constructor(
    @Inject(HOP_KEYRING) private readonly keyring: HopKeyring,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /**
   * The value of `Causeway-Hop` for this request to that gateway.
   * @throws GatewayFault `hop_key_missing` while the private bundle has no key for the pair.
   */
  sign(exchange: Exchange, peer: string): string {
    const key = this.keyring.outbound(peer);
    if (key === null || this.own.name === null) throw this.keyMissing(peer);
    const iat = Math.floor(Date.now() / 1000);
    return renderHopToken(
      {
        iss: this.own.name,
        aud: peer,
        iat,
        exp: iat + MAX_ASSERTION_SECONDS,
        jti: randomUUID(),
        rid: exchange.requestId,
        srv: exchange.server,
        htm: exchange.httpMethod,
        bh: hopBodyHash(exchange.body),
        hops: 1,
        min_rev: exchange.snapshot?.minRevision(exchange.server) ?? 0,
      },
      key.generation,
      key.key,
    );
  }

  /** The bundle may be older than the pair; the agent's next attempt shall find the key. */
  private keyMissing(peer: string): GatewayFault {
    void this.keyring.refresh();
    return new GatewayFault('hop_key_missing', { peer });
  }
}
