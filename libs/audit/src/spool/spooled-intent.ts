import type { AuditIntent } from '../audit-sink.js';

/** An intent as the spool knows it. */
export class SpooledIntent implements AuditIntent {
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
}
