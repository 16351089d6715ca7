import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault, HEADERS, MAX_ASSERTION_SECONDS, type HopClaims } from '#libs/contract';
import { ReplayCache } from '#libs/crypto';
import { HOP_KEYRING, SnapshotStore, type HopKeyring } from '#libs/snapshot';
import type { Exchange } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';
import { hopBodyHash, hopTokenIsAuthentic, parseHopToken, type ParsedHopToken } from './hop-token.js';

/** Difference that the clocks of two gateways may have, seconds. */
const LEEWAY_SECONDS = 30;
const MAX_WAIT_MS = 1000;
const MAX_LIVE_IDS = 500_000;
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const untrusted = (detail: string): GatewayFault => new GatewayFault('hop_untrusted', { detail });

/** Verifies the hop context of requests that another gateway passes on to this one. */
@Injectable()
export class HopVerifier {
  private readonly seen = new ReplayCache((MAX_ASSERTION_SECONDS + 2 * LEEWAY_SECONDS) * 1000, MAX_LIVE_IDS);

  constructor(
    private readonly store: SnapshotStore,
    @Inject(HOP_KEYRING) private readonly keyring: HopKeyring,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /**
   * Makes the exchange one of the handling role, once its hop context has proved true and this gateway's configuration is
   * not older than the entry gateway's as far as this server is concerned.
   * @throws GatewayFault `hop_untrusted`, `config_behind` or `overloaded`.
   */
  async accept(exchange: Exchange): Promise<void> {
    exchange.role = 'handling';
    const token = parseHopToken(exchange.header(HEADERS.hop) ?? '');
    if (token === null) throw untrusted('it is malformed');
    await this.assertAuthentic(token);
    this.assertMeant(token.claims, exchange);
    this.assertFresh(token.claims);
    exchange.hop = token.claims;
    exchange.requestId = token.claims.rid;
    await this.awaitRevision(token.claims.min_rev);
    if (this.store.current?.gateway(token.claims.iss) === undefined) throw untrusted('its issuer is unknown');
  }

  /**
   * To be called when the body is here.
   * @throws GatewayFault `hop_untrusted` when it is not the one that the entry gateway sent.
   */
  assertBody(exchange: Exchange): void {
    if (exchange.hop !== null && exchange.hop.bh !== hopBodyHash(exchange.body))
      throw untrusted('the body was changed');
  }

  private async assertAuthentic(token: ParsedHopToken): Promise<void> {
    const key = await this.keyFor(token);
    if (key === null) throw untrusted('its key is unknown');
    if (!hopTokenIsAuthentic(token, key)) throw untrusted('its signature is wrong');
  }

  /** After a rotation or a new gateway, the entry gateway's bundle may have come before ours. */
  private async keyFor({ claims, generation }: ParsedHopToken): Promise<Buffer | null> {
    const held = this.keyring.inbound(claims.iss, generation);
    if (held !== null) return held;
    await Promise.race([this.keyring.refresh(), delay(MAX_WAIT_MS, undefined, { ref: false })]);
    return this.keyring.inbound(claims.iss, generation);
  }

  private assertMeant(claims: HopClaims, exchange: Exchange): void {
    if (claims.aud !== this.own.name) throw untrusted('it is meant for another gateway');
    if (claims.iss === this.own.name) throw new GatewayFault('loop_detected');
    if (claims.hops !== 1) throw new GatewayFault('loop_detected');
    if (claims.srv !== exchange.server) throw untrusted('it is meant for another MCP server');
    if (claims.htm !== exchange.httpMethod) throw untrusted('it is meant for another method');
    if (!REQUEST_ID.test(claims.rid)) throw untrusted('its request id is malformed');
  }

  private assertFresh(claims: HopClaims): void {
    const now = Date.now() / 1000;
    const lives = claims.exp - claims.iat;
    if (lives <= 0 || lives > MAX_ASSERTION_SECONDS) throw untrusted('its life is too long');
    if (claims.exp + LEEWAY_SECONDS < now) throw untrusted('it has expired');
    if (claims.iat - LEEWAY_SECONDS > now) throw untrusted('it is not valid yet');
    const seen = this.seen.see(`${claims.iss} ${claims.jti}`);
    if (seen === 'replayed') throw untrusted('it was used before');
    if (seen === 'full') throw new GatewayFault('overloaded', { retryAfter: 1 });
  }

  private async awaitRevision(revision: number): Promise<void> {
    if (!(await this.store.whenRevision(revision, MAX_WAIT_MS)))
      throw new GatewayFault('config_behind', {
        detail: `revision ${revision} is not here yet`,
        retryAfter: 1,
      });
  }
}
