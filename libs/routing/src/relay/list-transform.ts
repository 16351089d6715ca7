import {
  EnvelopeError,
  filterMessages,
  HeldBytes,
  MAX_FILTERED_BYTES,
  SseListFilter,
  type ListView,
} from '#libs/envelope';
import type { BodyTransform } from './body-transform.js';
import type { ResponseHead } from './judge-response.js';
import { needsListFilter } from './needs-list-filter.js';
import type { OpenResponse } from './open-response.js';
import { mediaTypeOf, single } from './response-headers.js';

export const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';
const NOTHING: readonly Buffer[] = [];

/** A list in one JSON body. */
class JsonListTransform implements BodyTransform {
  readonly holdsHead = true;
  private readonly held = new HeldBytes(MAX_FILTERED_BYTES);

  constructor(
    private readonly view: ListView,
    private readonly status: number,
  ) {}

  push(chunk: Buffer): readonly Buffer[] {
    if (!this.held.add(chunk))
      throw new EnvelopeError('too_large', `the list is longer than ${MAX_FILTERED_BYTES} bytes`);
    return NOTHING;
  }

  end(): readonly Buffer[] {
    const body = this.held.take();
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
 * not, is decided when it does it. The view is the open response itself, since a stream may outlast a change of policy.
 */
export function listTransformFor(
  open: OpenResponse,
  { status, headers }: ResponseHead,
): BodyTransform | null {
  if (!needsListFilter(open.sent.asked, open)) return null;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return new UnreadableTransform();
  const type = mediaTypeOf(single(headers, 'content-type'));
  if (type === JSON_TYPE) return new JsonListTransform(open, status);
  if (type === EVENT_STREAM) return new SseListTransform(open);
  return status < 400 ? new UnreadableTransform() : null;
}
