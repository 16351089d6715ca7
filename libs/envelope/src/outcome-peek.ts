import { MessageOutcome, type OnList, type RpcOutcome } from './message-outcome.js';

/** Watches a response body go by. It holds back nothing, so that it may stand beside the stream. */
export interface OutcomePeek {
  push(chunk: Buffer): void;
  /** Outcome of the last response message seen so far. */
  readonly outcome: RpcOutcome;
  /** True once a whole response message, result or error, went by. */
  readonly answered: boolean;
}

/**
 * The watcher for a body of this media type. What it cannot read counts as success, since the MCP server did answer.
 * @param contentType the response's `Content-Type`, parameters included.
 * @param onList called by `push`, before the chunk that begins a list has gone on; what it throws, `push` throws.
 */
export function peekOutcome(contentType: string | undefined, onList: OnList): OutcomePeek {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return type === 'text/event-stream' ? new SseOutcomePeek(onList) : new JsonOutcomePeek(onList);
}

class JsonOutcomePeek implements OutcomePeek {
  private readonly message: MessageOutcome;

  constructor(onList: OnList) {
    this.message = new MessageOutcome(onList);
  }

  push(chunk: Buffer): void {
    this.message.push(chunk);
  }

  get outcome(): RpcOutcome {
    return this.message.outcome ?? 'success';
  }

  get answered(): boolean {
    return this.message.outcome !== null;
  }
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const LINE_FEED = Buffer.from('\n');
const DATA = 'data';

/** Feeds the data of each event (WHATWG HTML §9.2.6), line by line and wherever chunks are split, to a watcher. */
class SseOutcomePeek implements OutcomePeek {
  outcome: RpcOutcome = 'success';
  answered = false;
  private message: MessageOutcome;
  private field = '';
  private inValue = false;
  private afterCr = false;

  constructor(private readonly onList: OnList) {
    this.message = new MessageOutcome(onList);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.inValue ? this.throughValue(chunk, at) : this.throughField(chunk, at);
  }

  /** One byte of a field name; names that begin like `data` but are longer count as others. */
  private throughField(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    const secondOfCrLf = byte === LF && this.afterCr;
    this.afterCr = byte === CR;
    if (secondOfCrLf) return at + 1;
    if (byte === LF || byte === CR) this.lineEnds();
    else if (byte === COLON) this.inValue = true;
    else if (this.field.length <= DATA.length) this.field += String.fromCharCode(byte);
    return at + 1;
  }

  private throughValue(chunk: Buffer, from: number): number {
    const end = lineEnd(chunk, from);
    if (this.field === DATA) this.message.push(chunk.subarray(from, end));
    if (end === chunk.length) return end;
    this.afterCr = chunk[end] === CR;
    if (this.field === DATA) this.message.push(LINE_FEED);
    this.inValue = false;
    this.field = '';
    return end + 1;
  }

  /** A line without a colon: an empty one ends the event. */
  private lineEnds(): void {
    if (this.field === '') this.eventEnds();
    this.field = '';
  }

  private eventEnds(): void {
    const outcome = this.message.outcome;
    this.message = new MessageOutcome(this.onList);
    if (outcome === null) return;
    this.outcome = outcome;
    this.answered = true;
  }
}

/** Index of the first LF or CR, else the chunk's length. */
function lineEnd(chunk: Buffer, from: number): number {
  let at = from;
  while (at < chunk.length && chunk[at] !== LF && chunk[at] !== CR) at++;
  return at;
}
