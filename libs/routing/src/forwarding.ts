import { Inject, Injectable } from '@nestjs/common';
import { AUTHORIZED } from '#libs/auth';
import { GatewayError } from '#libs/contract';
import {
  AUTHENTICATED,
  listens,
  OWN_GATEWAY,
  principalKey,
  READ,
  stageKey,
  type Asked,
  type OwnGateway,
  type Passage,
} from '#libs/request';
import { ROUTED } from './decision/routing.js';
import { FaultLog } from './fault/fault-log.js';
import { LegacyTransport } from './next-hop/legacy-transport.js';
import { NextHopLimits } from './next-hop/next-hop-limits.js';
import type { LoadKind } from './routing.options.js';
import type { NextHop } from './next-hop/next-hop.js';
import { NextRequests } from './next-hop/next-request.js';
import { HopResponse, type RelayServices } from './relay/hop-response.js';
import { ResponseHeads } from './relay/response-head.js';
import { sentRequestOf, type OpenResponseControl } from './relay/open-response.js';
import { listNoticesFor } from './relay/stream/list-notices.js';
import { StreamWatch } from './relay/stream/stream-watch.js';

/** A request that is ready to be sent; it counts towards the limits of its next hop already. */
interface Ready {
  readonly nextHop: NextHop;
  readonly asked: Asked;
  readonly kind: LoadKind;
  readonly principal: string;
  readonly hopResponse: HopResponse;
}

const IN_PROGRESS = stageKey<OpenResponseControl>('forwarding');

/** What has been refused in the meantime must not be executed. */
function assertUnanswered({ response, log }: Passage): void {
  if (response.writableEnded) throw log.fault ?? new GatewayError('client_disconnected');
}

/** Stage 6: sends the request to the next hop and relays the response. */
@Injectable()
export class Forwarding {
  private readonly services: RelayServices;

  constructor(
    private readonly requests: NextRequests,
    private readonly limits: NextHopLimits,
    private readonly legacy: LegacyTransport,
    heads: ResponseHeads,
    watch: StreamWatch,
    faultLog: FaultLog,
    @Inject(OWN_GATEWAY) own: OwnGateway,
  ) {
    this.services = { own, heads, watch, faultLog };
  }

  /**
   * Resolves when the response has ended, one way or another.
   * @param intend Awaited when the request is ready, before anything of it leaves; if it fails, nothing does.
   * @throws GatewayError when the request could not be made, too many are under way already, or the next hop failed before
   *   anything was sent back.
   */
  async forward(passage: Passage, intend: () => Promise<void>): Promise<void> {
    assertUnanswered(passage);
    const { nextHop, asked, kind, principal, hopResponse } = this.prepare(passage);
    try {
      await intend();
      assertUnanswered(passage);
      passage.keep(IN_PROGRESS, hopResponse);
      passage.release(AUTHENTICATED, READ, AUTHORIZED, ROUTED);
      await hopResponse.run();
    } catch (error) {
      throw await this.legacy.explain(error, nextHop, asked);
    } finally {
      this.limits.leave(nextHop, kind, principal);
    }
  }

  /**
   * Ends the response of a request that has been sent on.
   * @returns False if nothing of it has been sent on yet, so that whoever asks can give the answer.
   */
  interrupt(passage: Passage, fault: GatewayError): boolean {
    const response = passage.reached(IN_PROGRESS);
    response?.fail(fault);
    return response !== undefined;
  }

  /** The message is only within reach of this function and of what it makes, since {@link forward} may go on for hours. */
  private prepare(passage: Passage): Ready {
    const routed = passage.after(ROUTED);
    const { nextHop, asked, message, caller } = routed;
    const kind = listens(asked) ? 'streams' : 'requests';
    const principal = principalKey(caller.principal);
    this.limits.enter(nextHop, kind, principal);
    try {
      const request = this.requests.build(routed);
      const notices = kind === 'streams' ? listNoticesFor(asked, message.body) : null;
      const sent = sentRequestOf(routed, passage.log, passage.response);
      return {
        nextHop,
        asked,
        kind,
        principal,
        hopResponse: new HopResponse(sent, notices, request, this.services),
      };
    } catch (error) {
      this.limits.leave(nextHop, kind, principal);
      throw error;
    }
  }
}
