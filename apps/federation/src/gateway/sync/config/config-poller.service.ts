import {
  Backoff,
  EMPTY_VERSION,
  POLL_ANSWER,
  type HeadStep,
  type PollAnswer,
  type PollQuery,
  type Version,
} from '#libs/contract';
import { Injectable, Logger } from '@nestjs/common';
import { ControlPlaneClient } from '../control-plane-client/control-plane-client.service.js';
import { ControlPlaneRefusal } from '../control-plane-client/control-plane-refusal.error.js';
import { pause } from '../control-plane-client/pause.js';
import { Enroller } from '../enrolment/enroller.service.js';
import { ConfigApplier } from './config-applier.service.js';
import { FullLoad } from './full-load.service.js';
import { SyncState } from './sync-state.service.js';

/** How long the control plane may hold a poll, seconds. */
const WAIT_SECONDS = 25;
/** Longer than the wait, so that a frozen connection is noticed. Milliseconds. */
const POLL_MS = (WAIT_SECONDS + 10) * 1000;
/** How long to wait, milliseconds, for a change that is known to exist before asking for it. */
const REORDER_MS = 300;
/** Pause after an answer that brought nothing new, milliseconds. */
const NO_PROGRESS_MS = 1000;

/** The long poll. It is always open, so nothing has to switch over when NATS is down. */
@Injectable()
export class ConfigPoller {
  private readonly logger = new Logger(ConfigPoller.name);
  private readonly backoff = new Backoff(250, 5000);
  private poll: AbortController | null = null;
  private soon: NodeJS.Timeout | null = null;
  private reachable: boolean | null = null;

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly applier: ConfigApplier,
    private readonly load: FullLoad,
    private readonly state: SyncState,
    private readonly enroller: Enroller,
  ) {}

  /** Polls until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.cycle(signal);
        this.note(true, 'the control plane answers');
        this.backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ControlPlaneRefusal && error.isUnknownReplica) await this.enroller.renew();
        this.note(false, `the configuration could not be polled: ${(error as Error).message}`);
        await pause(this.backoff.next(), signal);
      }
    }
  }

  /**
   * To be called when something newer is known to exist. Unless it arrives in a moment, the current poll is ended and a new
   * one asks: the current one may hang at a control replica that froze. After a refusal, the poll waits for the next change
   * already.
   */
  fetchSoon(): void {
    if (this.state.refused !== null) return;
    const before = this.applier.position;
    this.soon ??= setTimeout(() => {
      this.soon = null;
      if (this.applier.position === before) this.poll?.abort();
    }, REORDER_MS).unref();
  }

  private async cycle(signal: AbortSignal): Promise<void> {
    const before = this.applier.position;
    const answer = await this.ask(this.state.refused ?? before ?? EMPTY_VERSION, signal);
    if (answer === null) return;
    const step = await this.applier.offerHead(answer.head, 'https');
    if (await this.mustLoad(answer, step)) await this.load.run(signal);
    const isIdle = step === 'same' && !answer.resync;
    if (this.applier.position === before && !isIdle) await pause(NO_PROGRESS_MS, signal);
  }

  /** True if the deltas do not lead to the head. A refused version is tried again once if the poll brought nothing newer. */
  private async mustLoad(answer: PollAnswer, step: HeadStep | null): Promise<boolean> {
    if (step === null || step === 'regression') return false;
    if (answer.resync) return true;
    for (const delta of answer.deltas) {
      const outcome = await this.applier.offerDelta(delta);
      if (outcome !== 'held') return outcome === 'gap';
    }
    return this.state.refused !== null;
  }

  /** @returns Null if the poll was ended by {@link fetchSoon}. */
  private async ask(at: Version, signal: AbortSignal): Promise<PollAnswer | null> {
    const poll = new AbortController();
    this.poll = poll;
    const query: PollQuery = {
      epoch: String(at.epoch),
      since: String(at.revision),
      digest: at.digest,
      wait: String(WAIT_SECONDS),
    };
    try {
      const options = { timeoutMs: POLL_MS, signal: AbortSignal.any([signal, poll.signal]) };
      const path = `/internal/v1/config?${new URLSearchParams(query).toString()}`;
      return POLL_ANSWER.parse(await this.client.get(path, options), 'the answer to the poll');
    } catch (error) {
      if (poll.signal.aborted) return null;
      throw error;
    } finally {
      this.poll = null;
    }
  }

  private note(reachable: boolean, text: string): void {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    if (reachable) this.logger.log(text);
    else this.logger.warn(text);
  }
}
