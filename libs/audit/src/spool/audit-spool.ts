import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayError, type AuditEnding, type AuditFacts } from '#libs/contract';
import { AUDIT_OPTIONS, type AuditOptions } from '../audit-options.js';
import type { AuditSink } from '../audit-sink.js';
import { DiskReserve, RESERVE_BYTES } from './disk-reserve.js';
import { LiveBoot } from './live-boot.js';
import { SpoolCondition } from './spool-condition.js';
import {
  LineGroup,
  BYTES_PER_UNIT,
  endingText,
  factsText,
  MAX_LINE_BYTES,
  openEndingText,
  SpoolLine,
  SpooledIntent,
} from './spool-line.js';
import { bytesInSpool, type Segment } from './spool-files.js';
import { SpoolLog } from './spool-log.js';

/** How long an outcome waits for a group with an intent in it, milliseconds. */
const OUTCOME_WAIT_MS = 20;
/** A group is written when it is larger than this, UTF-16 units. With the reserve released there is room for it. */
const GROUP_UNITS = 48 * 1024;
/** Between attempts to recover from a full or failing disk, milliseconds. */
const RECOVERY_MS = 200;
/** Outcomes in memory while the disk takes nothing at all. */
const MAX_PARKED = 10_000;
/** Share of the spool open to requests that were refused, so that a flood of them cannot stop the allowed ones. */
const REFUSED_SHARE = 0.8;
/** Share open to refusals of nobody known, so that a flood of them cannot take the room of those that name a principal. */
const STRANGERS_SHARE = 0.4;

const FULL = new Error('The audit spool is full');

/**
 * The audit parts of one process on disk, where they stay until the control plane has given a receipt. Intents are written
 * at the end of the event loop's turn, all those of the turn with one write, and with them the outcomes and refusals that
 * have gathered.
 */
@Injectable()
export class AuditSpool implements AuditSink, OnApplicationShutdown {
  private readonly live: LiveBoot;
  private readonly condition = new SpoolCondition();
  private readonly reserve: DiskReserve;
  private readonly log: SpoolLog;
  private group = new LineGroup();
  private groupUnits = GROUP_UNITS;
  private isTurnEnding = false;
  private outcomeTimer: NodeJS.Timeout | null = null;
  private parked: SpoolLine[] = [];
  private recoveryTimer: NodeJS.Timeout | null = null;
  /** Of earlier boots. */
  private otherBytes: number;
  private lostParts = 0;
  private listener: () => void = () => undefined;

  /** @throws Error of the file system: a gateway that cannot write its spool does not start. */
  constructor(@Inject(AUDIT_OPTIONS) private readonly options: AuditOptions) {
    this.live = new LiveBoot(options.directory);
    this.otherBytes = bytesInSpool(options.directory);
    this.reserve = new DiskReserve(join(options.directory, 'reserve'));
    this.log = new SpoolLog(this.live, options.maxBytes, (error) =>
      this.condition.failed('The audit spool could not be synced to disk', error),
    );
  }

  /** Names this process in the spool and at the control plane. */
  get boot(): string {
    return this.live.name;
  }

  /** Bytes that the spool takes on disk, those kept in reserve included. */
  get usedBytes(): number {
    return this.otherBytes + this.log.size + RESERVE_BYTES;
  }

  /** Parts that could not be kept, of this process and of earlier ones whose files are damaged. */
  get lost(): number {
    return this.lostParts;
  }

  /** Requests that are to be forwarded are refused, since their records cannot be kept. */
  get isRefusing(): boolean {
    return this.condition.isRefusing;
  }

  /** `seq` of the last line of this process. */
  get written(): number {
    return this.log.written;
  }

  recordIntent(facts: AuditFacts, bytesIn: number): SpooledIntent {
    const text = factsText(facts);
    const intent = new SpooledIntent(facts.requestId, text, bytesIn, this.group.written);
    const line = new SpoolLine('intent', intent, text, openEndingText(bytesIn));
    if (!this.hasRoomFor(line.units, intent.promisedBytes)) throw this.refusal(FULL);
    this.gather(line);
    return intent;
  }

  recordOutcome(intent: SpooledIntent, ending: AuditEnding): void {
    const text = endingText(ending);
    if (intent.isRefused)
      this.gatherRefusal(new SpoolLine('outcome', null, intent.facts, text), REFUSED_SHARE);
    else this.gather(new SpoolLine('outcome', intent, intent.facts, text));
  }

  recordRefusal(facts: AuditFacts, ending: AuditEnding): void {
    const share = facts.user === null ? STRANGERS_SHARE : REFUSED_SHARE;
    this.gatherRefusal(new SpoolLine('outcome', null, factsText(facts), endingText(ending)), share);
  }

  /** Writes what has gathered, now. */
  flush(): void {
    const { group } = this;
    if (group.lines.length === 0) return;
    this.group = new LineGroup();
    if (group.intentCount > 0) this.writeGroup(group);
    else this.writeEndings(group.lines);
  }

  /** From here on nothing waits, since the process may end at any time. */
  onApplicationShutdown(): void {
    this.groupUnits = 0;
    this.flush();
    this.log.keepExtent();
    this.live.end();
  }

  /** Segments of this process, in order; the last one is still being written. */
  segments(): Segment[] {
    return this.log.segments();
  }

  /** Calls back after each write. */
  onAppended(listener: () => void): void {
    this.listener = listener;
  }

  /**
   * Deletes a segment that was delivered. Intents that are still open live on in the current segment.
   * @returns false if it is the current one, and nothing needs its room.
   */
  drop(segment: Segment): boolean {
    if (this.log.isCurrent(segment)) {
      if (!this.isRefusing || segment.size === 0) return false;
      this.reserve.release();
      this.log.rotate();
    }
    this.log.drop(segment);
    return true;
  }

  /** Leaves a damaged segment, so that what follows is not lost with it. */
  leave(segment: Segment): void {
    if (this.log.isCurrent(segment) && segment.size > 0) this.log.rotate();
  }

  /** Counts parts that are missing from the files. */
  lose(count: number): void {
    this.lostParts += count;
  }

  /** Deletes a delivered segment of an earlier boot. */
  remove(segment: Segment): void {
    rmSync(segment.path, { force: true });
    this.otherBytes -= segment.size;
  }

  /** Counts bytes that were added to an earlier boot. */
  grew(bytes: number): void {
    this.otherBytes += bytes;
  }

  /** Whoever has an intent is promised room for its outcome, however long that will be. */
  private hasRoomFor(units: number, promisedBytes: number): boolean {
    return this.bytesNeeded(units) + promisedBytes <= this.options.maxBytes;
  }

  /** A request that was refused is recorded only as long as there is plenty of room. */
  private gatherRefusal(line: SpoolLine, share: number): void {
    if (this.bytesNeeded(line.units) <= this.options.maxBytes * share) return this.gather(line);
    this.condition.failed('A refused request could not be recorded', FULL);
    this.lostParts += 1;
  }

  /** With everything that has been promised or has gathered, and at most. */
  private bytesNeeded(units: number): number {
    const promised = this.log.promisedBytes + this.group.promisedBytes;
    return this.usedBytes + (this.group.units + units) * BYTES_PER_UNIT + promised;
  }

  private gather(line: SpoolLine): void {
    this.group.add(line);
    if (this.group.units >= this.groupUnits) this.flush();
    else if (line.phase === 'intent') this.flushAtEndOfTurn();
    else this.outcomeTimer ??= setTimeout(() => this.flushOutcomes(), OUTCOME_WAIT_MS).unref();
  }

  private flushAtEndOfTurn(): void {
    if (this.isTurnEnding) return;
    this.isTurnEnding = true;
    setImmediate(() => {
      this.isTurnEnding = false;
      this.flush();
    });
  }

  private flushOutcomes(): void {
    this.outcomeTimer = null;
    this.flush();
  }

  private writeGroup(group: LineGroup): void {
    try {
      this.reserve.take();
      this.writeParked();
      this.append(group.lines);
    } catch (cause) {
      const rest = group.refuse(this.refusal(cause));
      this.lostParts += group.lines.length - group.intentCount - rest.length;
      return this.writeEndings(rest);
    }
    this.condition.recovered();
    group.accept();
  }

  /** Outcomes of requests that have left are written into the reserve if need be, or wait until the disk takes them. */
  private writeEndings(lines: SpoolLine[]): void {
    if (lines.length === 0) return;
    try {
      return this.append(lines);
    } catch (error) {
      this.condition.failed('Outcomes could not be written', error);
    }
    const outcomes = lines.filter(({ intent }) => intent !== null);
    this.lostParts += lines.length - outcomes.length;
    if (outcomes.length === 0) return;
    try {
      this.reserve.release();
      this.append(outcomes);
    } catch {
      this.park(outcomes);
    }
  }

  private append(lines: readonly SpoolLine[]): void {
    this.log.append(lines);
    if (this.groupUnits === 0) this.log.keepExtent();
    this.listener();
  }

  private park(outcomes: SpoolLine[]): void {
    const taken = outcomes.slice(0, MAX_PARKED - this.parked.length);
    this.parked.push(...taken);
    this.lostParts += outcomes.length - taken.length;
    this.recoverSoon();
  }

  private recoverSoon(): void {
    this.recoveryTimer ??= setTimeout(() => this.recover(), RECOVERY_MS).unref();
  }

  /** Also without any further request: whoever sees that this process is not ready sends none. */
  private recover(): void {
    this.recoveryTimer = null;
    // Delivery deletes what it has delivered when its room is needed.
    this.listener();
    try {
      this.writeParked();
      if (this.isRefusing) this.takeAgain();
    } catch {
      this.recoverSoon();
    }
  }

  private takeAgain(): void {
    if (!this.hasRoomFor(0, 2 * MAX_LINE_BYTES)) throw FULL;
    this.reserve.renew();
    this.condition.recovered();
  }

  private writeParked(): void {
    for (let [line] = this.parked; line !== undefined; [line] = this.parked) {
      this.append([line]);
      this.parked.shift();
    }
  }

  private refusal(cause: unknown): GatewayError {
    this.condition.refused(cause);
    this.recoverSoon();
    return new GatewayError('audit_unavailable', { cause });
  }
}
