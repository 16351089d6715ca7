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
 * A control replica that lags a moment behind another may sign a lower head. Only a head that stays lower for this long,
 * milliseconds, is a regression.
 */
const REGRESSION_GRACE_MS = 2500;

/** How long after a head arrived over NATS the connection counts as working, milliseconds: one is due every 2 s. */
const NATS_FRESH_MS = 6000;

/** How well this replica follows the configuration; heartbeats report it. */
@Injectable()
export class SyncState {
  /** The newest head that was accepted. */
  head: Signed<HeadClaims> | null = null;
  rejected: RejectedChange | null = null;
  /** The version that was refused. A full load of anything newer leads on from it. */
  refused: Version | null = null;
  appliedAt: string | null = null;
  /** The newest version known of a configuration that was lost on disk: nothing older may take its place. */
  floor: Version | null = null;
  private lowerSince: number | null = null;
  private readonly lastHeadAt = { nats: -Infinity, https: -Infinity };

  /** Takes note of an accepted head. */
  accept(head: Signed<HeadClaims>): void {
    this.lowerSince = null;
    if (this.rejected !== null && this.refused === null) this.rejected = null;
    if (this.head === null || isNewer(head.claims, this.head.claims)) this.head = head;
  }

  /** Takes note that the control plane answered; the long poll may take half a minute to bring its first head. */
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
   * Takes note of a statement whose signature is not valid. It must not hide a refusal, since anybody can send one.
   * @returns True if that was not known before.
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

  /** Takes note that a change was applied, which settles whatever was refused before. */
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
