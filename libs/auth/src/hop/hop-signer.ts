import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayError, MAX_ASSERTION_SECONDS } from '#libs/contract';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { HOP_KEYRING, type HopKeyring } from '#libs/snapshot';
import type { Authorized } from '../policy/authorization.js';
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
   * @throws GatewayError `hop_key_missing` while the private bundle has no key for the pair.
   */
  sign({ request, requestId, snapshot, message }: Authorized, peer: string): string {
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
        rid: requestId,
        srv: request.server,
        htm: request.httpMethod,
        bh: hopBodyHash(message.body),
        hops: 1,
        min_rev: snapshot.minRevision(request.server),
      },
      key.generation,
      key.key,
    );
  }

  /** The bundle may be older than the pair; the agent's next attempt shall find the key. */
  private keyMissing(peer: string): GatewayError {
    void this.keyring.refresh();
    return new GatewayError('hop_key_missing', { peer });
  }
}
