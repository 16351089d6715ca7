import type { AuditEnding, AuditFacts, AuditPart, Member } from '#libs/contract';
import { withChecksum } from '#libs/storage';
import type { AuditIntent } from '../audit-sink.js';

/** An intent as the spool knows it. */
export class SpooledIntent implements AuditIntent, Member {
  place = -1;
  /** Where its newest copy is: number of the line, and `firstSeq` of the segment. Both 0 until it is on disk. */
  seq = 0;
  segment = 0;
  /** It could not be written, so its request has not left. */
  isRefused = false;

  constructor(
    readonly requestId: string,
    /** Its facts as JSON members. */
    readonly facts: string,
    readonly bytesIn: number,
    readonly written: Promise<void>,
  ) {}

  /** Most bytes that its outcome can take, or a copy of it. */
  get promisedBytes(): number {
    return this.facts.length * BYTES_PER_UNIT + MAX_ENDING_BYTES;
  }
}

/** Longest text of one field, UTF-16 units: what a caller chooses must not decide how much room a record takes. */
export const MAX_TEXT = 256;

/** Most bytes that one line of the spool takes: every text at its longest, each unit escaped to six bytes. */
export const MAX_LINE_BYTES = 24 * 1024;

/** Most bytes that a line takes besides its facts: two texts at their longest, each unit escaped to six bytes, and numbers. */
const MAX_ENDING_BYTES = 4 * 1024;

/** Most bytes of UTF-8 that one UTF-16 unit becomes. */
export const BYTES_PER_UNIT = 3;

/** What a line needs besides its facts and its ending, UTF-16 units. */
const FRAME_UNITS = 90;

/**
 * One line of the spool that is not on disk yet:
 * `1a2b3c4d {"seq":8,"replaces":5,"part":{"phase":"outcome",…facts,…ending}}`. It begins with its checksum. `replaces` is the
 * `seq` of an earlier line of the same boot that this one makes superfluous: of an outcome, its intent; of an intent, its
 * earlier copy.
 */
export class SpoolLine {
  /** 0 if the line replaces none. Known when it is written. */
  replaces = 0;

  constructor(
    readonly phase: AuditPart['phase'],
    /** Null for a request that was refused. */
    readonly intent: SpooledIntent | null,
    private readonly facts: string,
    private readonly ending: string,
  ) {}

  /** Room to allow for the line, UTF-16 units. */
  get units(): number {
    return this.facts.length + this.ending.length + FRAME_UNITS;
  }

  text(seq: number): string {
    const replaces = this.replaces === 0 ? '' : `,"replaces":${this.replaces}`;
    const json = `{"seq":${seq}${replaces},"part":{"phase":"${this.phase}",${this.facts},${this.ending}}}`;
    return `${withChecksum(json)}\n`;
  }
}

/** JSON members of the facts, without braces, so that intent and outcome share one text. */
export const factsText = (facts: AuditFacts): string =>
  JSON.stringify(isBounded(facts) ? facts : clipped(facts)).slice(1, -1);

export const endingText = (ending: AuditEnding): string =>
  JSON.stringify(isShort(ending.reason) && isShort(ending.hop) ? ending : clipped(ending)).slice(1, -1);

/** The ending of a request that has not ended. */
export const openEndingText = (bytesIn: number): string =>
  `"status":"unknown","reason":null,"hop":null,"httpStatus":null,"totalMs":null,"nextHopMs":null,"bytesIn":${bytesIn},"bytesOut":0`;

const isBounded = (facts: AuditFacts): boolean =>
  isShort(facts.requestId) &&
  isShort(facts.gateway) &&
  isShort(facts.gatewayHost) &&
  isShort(facts.user) &&
  isShort(facts.server) &&
  isShort(facts.tool) &&
  isShort(facts.method) &&
  isShort(facts.handlingGateway) &&
  isShort(facts.entryGateway) &&
  isShort(facts.policy) &&
  isShort(facts.traceId) &&
  isShort(facts.client);

const isShort = (text: string | null): boolean => text === null || text.length <= MAX_TEXT;

/** With every text cut to {@link MAX_TEXT}; one that was cut ends in an ellipsis. */
function clipped(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [name, clippedText(value)]),
  );
}

const clippedText = (value: unknown): unknown =>
  typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT - 1)}…` : value;

/** Lines that are written together. */
export class LineGroup {
  readonly lines: SpoolLine[] = [];
  /** UTF-16 units of all lines, about. */
  units = 0;
  intentCount = 0;
  /** For the outcomes of its intents. */
  promisedBytes = 0;
  private readonly settled = Promise.withResolvers<void>();

  /** For all intents of the group; see `AuditIntent.written`. */
  get written(): Promise<void> {
    return this.settled.promise;
  }

  add(line: SpoolLine): void {
    this.lines.push(line);
    this.units += line.units;
    if (line.phase !== 'intent' || line.intent === null) return;
    this.intentCount += 1;
    this.promisedBytes += line.intent.promisedBytes;
  }

  accept(): void {
    this.settled.resolve();
  }

  /** @returns the lines that do not depend on the refused intents. */
  refuse(fault: Error): SpoolLine[] {
    // Whoever asked for an intent may have gone away by now.
    this.settled.promise.catch(() => undefined);
    this.settled.reject(fault);
    for (const { phase, intent } of this.lines)
      if (phase === 'intent' && intent !== null) intent.isRefused = true;
    return this.lines.filter(({ intent }) => intent === null || !intent.isRefused);
  }
}
