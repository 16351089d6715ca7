import { compareRevisions, isSameVersion, type PollAnswer, type Version } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../problem/problem.error.js';
import { ConfigFeed } from '../../config-feed/config-feed.service.js';
import { DeltaLog } from '../../config-feed/delta-log.service.js';
import { HeadSigner } from '../../config-feed/head-signer.service.js';
import { LongPolls } from './long-polls.service.js';

/** Answers the long polls of gateways from memory; only a gateway that is far behind costs a query. */
@Injectable()
export class ConfigPolls {
  constructor(
    private readonly feed: ConfigFeed,
    private readonly deltas: DeltaLog,
    private readonly heads: HeadSigner,
    private readonly longPolls: LongPolls,
  ) {}

  /**
   * @param at The version that the gateway says it holds.
   * @param waitMs How long to wait for something newer.
   * @throws ProblemError `draining` if this control replica is shutting down and another one should be asked.
   */
  async answer(at: Version, waitMs: number, signal: AbortSignal): Promise<PollAnswer> {
    if (this.longPolls.areClosed) throw new ProblemError('draining', 'Ask again shortly');
    // Another control replica may have sent the gateway a change that this one has not seen yet.
    if (compareRevisions(at, this.feed.state) > 0) await this.feed.refresh();
    if (isSameVersion(at, this.feed.state)) await this.longPolls.wait(waitMs, signal);
    const { state } = this.feed;
    const head = await this.heads.current();
    if (isSameVersion(at, state)) return { head, deltas: [], resync: false };
    const chain = at.epoch === state.epoch ? await this.deltas.chain(at.epoch, at, state) : null;
    return { head, deltas: chain?.map(({ jws }) => jws) ?? [], resync: chain === null };
  }
}
