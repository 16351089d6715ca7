import { SseTokenizer } from '../sse/tokenizer.js';
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

const LINE_FEED = Buffer.from('\n');

/** Hands the data of each event to a watcher, as it comes. */
class SseOutcomePeek implements OutcomePeek {
  outcome: RpcOutcome = 'success';
  answered = false;
  private readonly tokens = new SseTokenizer('start of the stream');
  private message: MessageOutcome;

  constructor(private readonly onList: OnList) {
    this.message = new MessageOutcome(onList);
  }

  push(chunk: Buffer): void {
    const { tokens } = this;
    tokens.feed(chunk);
    while (tokens.next()) {
      const { start, end } = tokens;
      if (start < end) this.message.push(chunk.subarray(start, end));
      if (tokens.isLineEnd && tokens.isData) this.message.push(LINE_FEED);
      if (tokens.isEventEnd) this.eventEnds();
    }
  }

  private eventEnds(): void {
    const outcome = this.message.outcome;
    this.message = new MessageOutcome(this.onList);
    if (outcome === null) return;
    this.outcome = outcome;
    this.answered = true;
  }
}
