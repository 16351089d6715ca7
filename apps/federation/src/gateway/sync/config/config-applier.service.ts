import {
  stepOfDelta,
  stepOfHead,
  type DeltaClaims,
  type HeadClaims,
  type HeadStep,
  type Revocation,
  type Version,
} from '#libs/contract';
import { applyChangesInSlices, SnapshotRejected, SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { LastKnownGood } from '../../state/config/last-known-good.service.js';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { verifyDelta, verifyHead, type Signed } from './signed-claims.js';
import { SyncState, type Via } from './sync-state.service.js';

/** `held`: the snapshot is at the delta's revision or later. `gap`: earlier deltas are missing. */
export type DeltaOutcome = 'held' | 'gap' | 'refused' | 'untrusted';

/**
 * The one place where the configuration of this gateway changes, whichever way a change came. What arrives is trusted
 * because of its signature only, never because of the subject or connection that brought it.
 */
@Injectable()
export class ConfigApplier {
  private readonly logger = new Logger(ConfigApplier.name);
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: SnapshotStore,
    private readonly state: SyncState,
    private readonly identity: ReplicaIdentity,
    private readonly disk: LastKnownGood,
  ) {}

  /** Where this replica stands; null without a snapshot. */
  get position(): Version | null {
    return this.store.current;
  }

  /**
   * Takes in a head. Its revocations take effect at once, even if deltas are missing.
   * @returns How it relates to what this replica holds, or null if its signature is not valid.
   */
  async offerHead(jws: string, via: Via): Promise<HeadStep | null> {
    const head = await this.verifiedHead(jws);
    return head === null ? null : this.acceptHead(head, via);
  }

  /** The head, or null if its signature is not valid. */
  verifiedHead(jws: string): Promise<Signed<HeadClaims> | null> {
    return this.verified(() => verifyHead(jws, this.knownKey));
  }

  /**
   * Takes in a delta, after everything that was offered before it. Signatures are verified in parallel, and the second of
   * two deltas must not look like a gap because it was verified first.
   */
  offerDelta(jws: string): Promise<DeltaOutcome> {
    const verified = this.trustedDelta(jws);
    return this.inOrder(async () => {
      const delta = await verified;
      return delta === null ? 'untrusted' : this.apply(delta);
    });
  }

  /** Makes a fully loaded snapshot the current one, unless something newer has arrived meanwhile. */
  async adopt(snapshot: Snapshot, head: Signed<HeadClaims>, tombstones: Revocation[]): Promise<void> {
    this.revoke(tombstones);
    await this.inOrder(() => {
      if (this.stepTo(head.claims) !== 'ahead') return;
      this.swap(snapshot);
      this.announce(snapshot);
      this.disk.replaced(snapshot, { type: 'head', jws: head.jws });
    });
  }

  /** Reports a full load that could not become the snapshot. */
  refuse(position: Version, rejection: SnapshotRejected): void {
    this.logger.error(`revision ${position.revision} is refused: ${rejection.message}`);
    this.state.refuse(position, rejection);
  }

  acceptHead(head: Signed<HeadClaims>, via: Via): HeadStep {
    const { claims } = head;
    this.state.heard(via);
    if (claims.epoch >= (this.position?.epoch ?? 0)) this.revoke(claims.revoked);
    const step = this.stepTo(claims);
    if (step === 'regression') return this.regression(claims);
    this.state.accept(head);
    this.store.noteHead(Math.min(Date.parse(claims.time), Date.now()));
    this.disk.heard(head.jws);
    return step;
  }

  private readonly knownKey = (kid: string): string | undefined =>
    this.store.current?.signingKey(kid)?.x ?? this.identity.signingKey(kid);

  /** Where nothing is held because the disk lost it, only what was lost or newer is a way ahead. */
  private stepTo(version: Version): HeadStep {
    const step = stepOfHead(this.position ?? this.state.floor, version);
    return this.position === null && step === 'same' ? 'ahead' : step;
  }

  /** The delta, its revocations already in effect; null if its signature is not valid. */
  private async trustedDelta(jws: string): Promise<Signed<DeltaClaims> | null> {
    const delta = await this.verified(() => verifyDelta(jws, this.knownKey));
    if (delta !== null && delta.claims.epoch >= (this.position?.epoch ?? 0))
      this.revoke(delta.claims.revoked);
    return delta;
  }

  private regression(head: HeadClaims): HeadStep {
    const held = this.position ?? this.state.floor;
    const newest = this.state.head?.claims.time ?? head.time;
    const isLate = Date.parse(head.time) < Date.parse(newest);
    if (held !== null && !isLate) this.state.lower(head, held);
    return 'regression';
  }

  private async apply(delta: Signed<DeltaClaims>): Promise<DeltaOutcome> {
    const { current } = this.store;
    const step = stepOfDelta(current, delta.claims);
    if (step === 'old') return 'held';
    if (step === 'gap' || current === null) return 'gap';
    return this.state.isRefused(delta.claims) ? 'refused' : this.tryApply(current, delta);
  }

  private async tryApply(current: Snapshot, delta: Signed<DeltaClaims>): Promise<DeltaOutcome> {
    try {
      const snapshot = await applyChangesInSlices(current, delta.claims);
      this.swap(snapshot);
      this.disk.applied(delta.jws);
      if (delta.claims.changes.some(({ kind }) => kind === 'signing-key')) this.announce(snapshot);
      return 'held';
    } catch (error) {
      if (!(error instanceof SnapshotRejected)) throw error;
      this.refuse(delta.claims, error);
      return 'refused';
    }
  }

  private swap(snapshot: Snapshot): void {
    this.state.applied();
    this.store.replace(snapshot);
    this.logger.debug(`revision ${snapshot.revision} of epoch ${snapshot.epoch} is applied`);
  }

  private announce(snapshot: Snapshot): void {
    this.identity.announced(snapshot.signingKeys()).catch((error: Error) => {
      this.logger.error(`the announced signing keys cannot be kept on disk: ${error.message}`);
    });
  }

  private revoke(revocations: Revocation[]): void {
    if (this.store.revoke(revocations).length > 0) this.disk.revoked();
  }

  private async verified<T>(verify: () => Promise<Signed<T>>): Promise<Signed<T> | null> {
    // Before it has enrolled, a replica knows no key, so it can neither trust nor reject what NATS brings.
    if (this.identity.enrolment === null && this.store.current === null) return null;
    try {
      return await verify();
    } catch (error) {
      if (!(error instanceof SnapshotRejected)) {
        this.logger.error('a statement could not be verified', (error as Error).stack);
      } else if (this.state.distrust(error)) this.logger.error(`a statement is refused: ${error.message}`);
      return null;
    }
  }

  private inOrder<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
