import type { SeqRange } from './seq-range.js';
import type { SpooledLine } from './line-scanner.js';

/** Lines of one boot on their way to the control plane, as they lie in the spool but for their checksums. */
export class Batch {
  readonly lines: SpooledLine[] = [];
  /** Numbers that should be between its lines, or before the first. */
  readonly missing: SeqRange[] = [];
  /** Its segment had more lines when it was read. */
  hasMore = false;
  private readonly intents = new Map<number, SpooledLine>();
  private readonly left = new Set<SpooledLine>();

  /** @param chunk Where the lines lie, `offset` bytes into their segment. */
  constructor(
    readonly boot: string,
    private readonly chunk: Buffer,
    private readonly offset: number,
  ) {}

  /** How many lines are sent: an intent whose outcome is here too is not. */
  get size(): number {
    return this.lines.length - this.left.size;
  }

  add(line: SpooledLine): void {
    const intent = this.intents.get(line.replaces);
    if (intent !== undefined) this.left.add(intent);
    if (line.isIntent) this.intents.set(line.seq, line);
    this.lines.push(line);
  }

  /** Body of `POST /internal/v1/audit`; see `AuditBatch`. */
  body(): Buffer {
    const parts: Uint8Array[] = [Buffer.from(`{"boot":${JSON.stringify(this.boot)},"records":[`)];
    for (const line of this.lines) if (!this.left.has(line)) parts.push(this.bytesOf(line), COMMA);
    parts[parts.length - 1] = END;
    return Buffer.concat(parts);
  }

  /** A line without its checksum and newline. */
  textOf(line: SpooledLine): string {
    return this.bytesOf(line).toString('utf8');
  }

  /** Where the segment goes on behind a line, bytes. */
  endOf(line: SpooledLine): number {
    return this.offset + line.end;
  }

  private bytesOf({ start, end }: SpooledLine): Buffer {
    return this.chunk.subarray(start, end - 1);
  }
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');
