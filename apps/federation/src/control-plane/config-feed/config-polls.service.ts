import type { PollAnswer } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../problem/problem.error.js';
import { ConfigFeed } from './config-feed.service.js';
import { DeltaLog } from './delta-log.service.js';
import { isSamePosition, type FeedState } from './feed-state.js';
import { HeadSigner } from './head-signer.service.js';
import { LongPolls } from './long-polls.service.js';

/** Where a gateway says that it stands. */
export interface PollPosition {
  epoch: number;
  revision: number;
  digest: string;
}

/** Answers the long polls of gateways from memory; only who is far behind costs a read. */
@Injectable()
export class ConfigPolls {
  constructor(
    private readonly feed: ConfigFeed,
    private readonly deltas: DeltaLog,
    private readonly heads: HeadSigner,
    private readonly longPolls: LongPolls,
  ) {}

  /**
   * @param waitMs How long to wait for something newer.
   * @throws ProblemError `draining`: another control replica should be asked.
   */
  async answer(at: PollPosition, waitMs: number, signal: AbortSignal): Promise<PollAnswer> {
    if (this.longPolls.areClosed) throw new ProblemError('draining', 'Ask again shortly');
    if (isAhead(at, this.feed.state)) await this.feed.refresh();
    if (isSamePosition(at, this.feed.state)) await this.longPolls.wait(waitMs, signal);
    const { state } = this.feed;
    const head = await this.heads.current();
    if (isSamePosition(at, state)) return { head, deltas: [], resync: false };
    const chain = at.epoch === state.epoch ? await this.deltas.chain(at.epoch, at, state) : null;
    return { head, deltas: chain?.map(({ jws }) => jws) ?? [], resync: chain === null };
  }
}

/** Another control replica may have told the gateway of a change that this one has yet to see. */
const isAhead = (at: PollPosition, state: FeedState): boolean =>
  at.epoch > state.epoch || (at.epoch === state.epoch && at.revision > state.revision);
