import {
  compareRevisions,
  isSameVersion,
  type HeadClaims,
  type Heartbeat,
  type RejectedChange,
  type Version,
} from '#libs/contract';
import type { SnapshotRejected } from '#libs/snapshot';
import { Injectable } from '@nestjs/common';
import type { Signed } from './signed-claims.js';

/** How a statement of the control plane arrived. */
export type Via = 'nats' | 'https';

/**
 * A control replica that lags a moment behind another signs a lower head in good faith. Only a head that stays lower for
 * this long, milliseconds, is a regression.
 */
const REGRESSION_GRACE_MS = 2500;

/** How long a connection counts as the way that heads arrive, milliseconds: NATS brings one every 2 s. */
const NATS_FRESH_MS = 6000;

/** What this replica knows about its own following of the configuration; heartbeats report it. */
@Injectable()
export class SyncState {
  /** The newest head that was accepted. */
  head: Signed<HeadClaims> | null = null;
  rejected: RejectedChange | null = null;
  /** The position that was refused: the way on is a full load of anything newer. */
  refused: Version | null = null;
  appliedAt: string | null = null;
  private lowerSince: number | null = null;
  private readonly lastHeadAt = { nats: -Infinity, https: -Infinity };

  /** Takes note of an accepted head. */
  accept(head: Signed<HeadClaims>): void {
    this.lowerSince = null;
    if (this.rejected !== null && this.refused === null) this.rejected = null;
    if (this.head === null || isNewer(head.claims, this.head.claims)) this.head = head;
  }

  /** Takes note that the control plane was heard; the long poll may take half a minute to bring its first head. */
  heard(via: Via): void {
    this.lastHeadAt[via] = performance.now();
  }

  /** Takes note of a head below what this replica holds. */
  lower(head: HeadClaims, held: Version): void {
    const now = performance.now();
    this.lowerSince ??= now;
    if (now - this.lowerSince < REGRESSION_GRACE_MS) return;
    const detail = `holds ${held.epoch}/${held.revision} ${held.digest}, offered ${head.epoch}/${head.revision} ${head.digest}`;
    this.reject(head.revision, 'config_regression', detail);
  }

  refuse(position: Version, rejection: SnapshotRejected): void {
    this.refused = position;
    this.reject(position.revision, rejection.reason, rejection.detail);
  }

  /**
   * Takes note of a statement whose signature does not hold. It must not hide a refusal: anybody can send one.
   * @returns True if that is news.
   */
  distrust(rejection: SnapshotRejected): boolean {
    if (this.rejected !== null) return false;
    this.reject(0, rejection.reason, rejection.detail);
    return true;
  }

  private reject(revision: number, reason: RejectedChange['reason'], detail: string): void {
    if (this.rejected?.reason === reason && this.rejected.revision === revision) return;
    this.rejected = { revision, reason, detail, at: new Date().toISOString() };
  }

  isRefused(version: Version): boolean {
    return this.refused !== null && isSameVersion(this.refused, version);
  }

  /** A change was applied: whatever was refused before is overtaken. */
  applied(): void {
    this.appliedAt = new Date().toISOString();
    this.rejected = null;
    this.refused = null;
  }

  get connection(): Heartbeat['connection'] {
    if (performance.now() - this.lastHeadAt.nats < NATS_FRESH_MS) return 'nats';
    return Number.isFinite(this.lastHeadAt.https) ? 'https' : 'none';
  }
}

const isNewer = (head: HeadClaims, than: HeadClaims): boolean =>
  (compareRevisions(head, than) || Date.parse(head.time) - Date.parse(than.time)) > 0;
