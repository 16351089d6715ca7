import { SseTokenizer } from '../sse/tokenizer.js';
import { MessageResult, type OnList, type ResultKind } from './message-result.js';

/** Watches a response body go by. It holds back nothing, so that it may stand beside the stream. */
export interface ResultWatcher {
  push(chunk: Buffer): void;
  /** What the last response message that went by says. */
  readonly kind: ResultKind;
  /** True once a whole response message, result or error, went by. */
  readonly answered: boolean;
}

/**
 * The watcher for a body of this media type. What it cannot read counts as success, since the MCP server did answer.
 * @param contentType the response's `Content-Type`, parameters included.
 * @param onList called by `push`, before the chunk that begins a list has gone on; what it throws, `push` throws.
 */
export function watchResult(contentType: string | undefined, onList: OnList): ResultWatcher {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return type === 'text/event-stream' ? new SseResultWatcher(onList) : new JsonResultWatcher(onList);
}

class JsonResultWatcher implements ResultWatcher {
  private readonly message: MessageResult;

  constructor(onList: OnList) {
    this.message = new MessageResult(onList);
  }

  push(chunk: Buffer): void {
    this.message.push(chunk);
  }

  get kind(): ResultKind {
    return this.message.kind ?? 'success';
  }

  get answered(): boolean {
    return this.message.kind !== null;
  }
}

/** Hands the data of each event to a watcher, as it comes. */
class SseResultWatcher implements ResultWatcher {
  kind: ResultKind = 'success';
  answered = false;
  private readonly tokens = new SseTokenizer('start of the stream');
  private message: MessageResult | null = null;

  constructor(private readonly onList: OnList) {}

  push(chunk: Buffer): void {
    const { tokens } = this;
    tokens.feed(chunk);
    while (tokens.next()) {
      if (tokens.start < tokens.end) this.watch(chunk.subarray(tokens.start, tokens.end));
      if (tokens.isEventEnd) this.endEvent();
    }
  }

  /** Lines of data are joined by LF, which is white space, or not JSON. */
  private watch(data: Buffer): void {
    this.message ??= new MessageResult(this.onList);
    this.message.push(data);
  }

  private endEvent(): void {
    const kind = this.message?.kind ?? null;
    this.message = null;
    if (kind === null) return;
    this.kind = kind;
    this.answered = true;
  }
}
