import { FromNextEvent, type StreamTransform } from './from-next-event.js';
import { SseTokenizer } from './tokenizer.js';

/** Any text in front of the last bytes, which may be the middle of a line. */
const TEXT = 0x78;
const CR = 0x0d;
const LF = 0x0a;
/** The last three bytes of a stream tell whether it stands between two events. */
const THREE_BYTES = 0xffffff;
const AT_START = (LF << 8) | LF;
const HALF_OF_CRLF = (CR << 16) | (LF << 8) | CR;

/**
 * Knows where a stream of server-sent events stands: between two events or inside of one. It costs next to nothing until it
 * is asked, since it keeps the last bytes only.
 */
export class SsePosition {
  private lastBytes = AT_START;

  /** To be called with all that goes by. */
  note(chunk: Buffer): void {
    for (let at = Math.max(0, chunk.length - 3); at < chunk.length; at++)
      this.lastBytes = ((this.lastBytes << 8) | chunk[at]!) & THREE_BYTES;
  }

  /** True at the start, and behind the empty line that ends an event. */
  get isBetweenEvents(): boolean {
    return this.tokenizer().isEventEnd;
  }

  /**
   * True if something may be put in here while the stream goes on. Where lines have ended with CRLF, a CR alone is not taken for
   * the end of an event, since its LF may be on the way.
   */
  get mayInsert(): boolean {
    return this.lastBytes !== HALF_OF_CRLF && this.isBetweenEvents;
  }

  /**
   * What makes an event appended now stand alone. An event that is under way ends with a type of its own: clients, which
   * handle the default type only, do not take half a message for a whole one.
   */
  separator(): string {
    if (this.isBetweenEvents) return '';
    return this.isBetweenLines ? 'event: truncated\n\n' : '\nevent: truncated\n\n';
  }

  /** The transform, to begin where the event ends that is under way; what comes before passes as it is. */
  fromNextEvent(transform: StreamTransform): StreamTransform {
    const tokens = this.tokenizer();
    return tokens.isEventEnd ? transform : new FromNextEvent(transform, tokens);
  }

  private get isBetweenLines(): boolean {
    const last = this.lastBytes & 0xff;
    return last === LF || last === CR;
  }

  /** A tokenizer that stands where the stream stands. */
  private tokenizer(): SseTokenizer {
    const tokens = new SseTokenizer('start of a line');
    const { lastBytes } = this;
    tokens.feed(Buffer.of(TEXT, lastBytes >> 16, lastBytes >> 8, lastBytes));
    while (tokens.next());
    return tokens;
  }
}
