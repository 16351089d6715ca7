import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayError, HEADERS, MAX_ASSERTION_SECONDS, type HopClaims } from '#libs/contract';
import { ReplayCache } from '#libs/crypto';
import { OWN_GATEWAY, type McpRequest, type OwnGateway, type RequestLog } from '#libs/request';
import { HOP_KEYRING, SnapshotStore, type HopKeyring } from '#libs/snapshot';
import { hopBodyHash, hopTokenIsAuthentic, parseHopToken, type ParsedHopToken } from './hop-token.js';

/** Difference that the clocks of two gateways may have, seconds. */
const LEEWAY_SECONDS = 30;
const MAX_WAIT_MS = 1000;
const MAX_LIVE_IDS = 500_000;
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const untrusted = (detail: string): GatewayError => new GatewayError('hop_untrusted', { detail });

/** How far a genuine hop context is from this clock. What was held up on the way looks the same as a clock that is slow. */
function signedAt({ iss, iat }: HopClaims, now: number): string {
  const seconds = Math.round(now - iat);
  return `${iss} signed the hop ${Math.abs(seconds)} s ${seconds < 0 ? 'ahead of' : 'behind'} this clock; check NTP at both`;
}

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
   * The claims of the request's hop context, once it has proved true and this gateway's configuration is not older than the
   * entry gateway's as far as this server is concerned. A promise only where a key or a revision has to be waited for.
   * @throws GatewayError `hop_untrusted`, `clock_skew`, `loop_detected`, `config_behind` or `overloaded`.
   */
  accept(request: McpRequest, log: RequestLog): HopClaims | Promise<HopClaims> {
    const token = parseHopToken(request.header(HEADERS.hop) ?? '');
    if (token === null) throw untrusted('it is malformed');
    const key = this.keyring.inbound(token.claims.iss, token.generation);
    return key !== null && hopTokenIsAuthentic(token, key)
      ? this.acceptAuthentic(token, request, log)
      : this.authenticateWithNewKey(token).then(() => this.acceptAuthentic(token, request, log));
  }

  /** @throws GatewayError `hop_untrusted` when the body is not the one that the entry gateway sent. */
  assertBody(hop: HopClaims | null, body: Buffer): void {
    if (hop !== null && hop.bh !== hopBodyHash(body)) throw untrusted('the body was changed');
  }

  private acceptAuthentic(
    { claims }: ParsedHopToken,
    request: McpRequest,
    log: RequestLog,
  ): HopClaims | Promise<HopClaims> {
    this.assertMeant(claims, request);
    this.assertFresh(claims);
    log.hop = claims;
    log.requestId = claims.rid;
    return this.store.hasRevision(claims.min_rev)
      ? this.issuedByGateway(claims)
      : this.awaitRevision(claims).then(() => this.issuedByGateway(claims));
  }

  /** When keys change or a gateway is new, the entry gateway's bundle may have come before ours. */
  private async authenticateWithNewKey(token: ParsedHopToken): Promise<void> {
    await Promise.race([this.keyring.refresh(), delay(MAX_WAIT_MS, undefined, { ref: false })]);
    const key = this.keyring.inbound(token.claims.iss, token.generation);
    if (key === null) throw untrusted('its key is unknown');
    if (!hopTokenIsAuthentic(token, key)) throw untrusted('its signature is wrong');
  }

  private assertMeant(claims: HopClaims, request: McpRequest): void {
    if (claims.aud !== this.own.name) throw untrusted('it is meant for another gateway');
    if (claims.iss === this.own.name) throw new GatewayError('loop_detected');
    if (claims.hops !== 1) throw new GatewayError('loop_detected');
    if (claims.srv !== request.server) throw untrusted('it is meant for another MCP server');
    if (claims.htm !== request.httpMethod) throw untrusted('it is meant for another method');
    if (!REQUEST_ID.test(claims.rid)) throw untrusted('its request id is malformed');
  }

  private assertFresh(claims: HopClaims): void {
    const now = Date.now() / 1000;
    const lives = claims.exp - claims.iat;
    if (lives <= 0 || lives > MAX_ASSERTION_SECONDS) throw untrusted('its life is too long');
    if (claims.exp + LEEWAY_SECONDS < now || claims.iat - LEEWAY_SECONDS > now)
      throw new GatewayError('clock_skew', { detail: signedAt(claims, now) });
    const seen = this.seen.see(`${claims.iss} ${claims.jti}`);
    if (seen === 'replayed') throw untrusted('it was used before');
    if (seen === 'full') throw new GatewayError('overloaded', { retryAfter: 1 });
  }

  private async awaitRevision({ min_rev: revision }: HopClaims): Promise<void> {
    if (!(await this.store.whenRevision(revision, MAX_WAIT_MS)))
      throw new GatewayError('config_behind', {
        detail: `revision ${revision} is not here yet`,
        retryAfter: 1,
      });
  }

  private issuedByGateway(claims: HopClaims): HopClaims {
    if (this.store.current?.gateway(claims.iss) === undefined) throw untrusted('its issuer is unknown');
    return claims;
  }
}
