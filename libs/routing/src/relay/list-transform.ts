import type { Exchange } from '#libs/auth';
import {
  EnvelopeError,
  filterMessages,
  MAX_FILTERED_BYTES,
  SseListFilter,
  type ListView,
} from '#libs/envelope';
import { mediaTypeOf } from '../response/response-headers.js';
import type { BodyTransform } from './body-transform.js';
import { needsFilter } from './carried-lists.js';
import { CurrentView } from './current-view.js';

export const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';
const NOTHING: readonly Buffer[] = [];

/** A list in one JSON body. */
class JsonListTransform implements BodyTransform {
  readonly holdsHead = true;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly view: ListView,
    private readonly status: number,
  ) {}

  push(chunk: Buffer): readonly Buffer[] {
    this.size += chunk.length;
    if (this.size > MAX_FILTERED_BYTES) throw new EnvelopeError('too_large', 'the list is too large');
    this.chunks.push(chunk);
    return NOTHING;
  }

  end(): readonly Buffer[] {
    const body = Buffer.concat(this.chunks);
    if (body.length === 0) return NOTHING;
    const filtered = this.filtered(body);
    return filtered === null ? NOTHING : [filtered];
  }

  /** What an error status says counts, whatever its body: only the body stays here if nobody can read it. */
  private filtered(body: Buffer): Buffer | null {
    try {
      return filterMessages(body, this.view);
    } catch (error) {
      if (this.status >= 400 && error instanceof EnvelopeError) return null;
      throw error;
    }
  }
}

/** Lists in server-sent events. */
class SseListTransform implements BodyTransform {
  readonly holdsHead = false;
  private readonly filter: SseListFilter;

  constructor(view: ListView) {
    this.filter = new SseListFilter(view);
  }

  push(chunk: Buffer): readonly Buffer[] {
    return this.filter.push(chunk);
  }

  end(): readonly Buffer[] {
    const rest = this.filter.flush();
    return rest.length === 0 ? NOTHING : [rest];
  }
}

/** A response to a restricted caller that could hold a list in a form that nobody here can read. */
class UnreadableTransform implements BodyTransform {
  readonly holdsHead = true;

  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return NOTHING;
    throw new EnvelopeError('unreadable', 'a list is neither JSON nor a stream of events');
  }

  end(): readonly Buffer[] {
    return NOTHING;
  }
}

/**
 * The filter that this response needs, or null. It shapes only what is shown: what a caller does with an item, shown or
 * not, is decided when it does it.
 */
export function listTransformFor(
  exchange: Exchange,
  status: number,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): BodyTransform | null {
  const { access } = exchange;
  if (access === null || !needsFilter(exchange, access)) return null;
  if (contentEncoding !== undefined && contentEncoding !== 'identity') return new UnreadableTransform();
  const type = mediaTypeOf(contentType);
  if (type === JSON_TYPE) return new JsonListTransform(new CurrentView(exchange), status);
  if (type === EVENT_STREAM) return new SseListTransform(new CurrentView(exchange));
  return status < 400 ? new UnreadableTransform() : null;
}
