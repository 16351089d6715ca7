import type { Exchange } from '#libs/auth';
import {
  EnvelopeError,
  filterListJson,
  MAX_FILTERED_BYTES,
  SseListFilter,
  type KeepTool,
} from '#libs/envelope';
import { mediaTypeOf } from '../response/response-headers.js';
import type { BodyTransform } from './body-transform.js';

export const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';
const NOTHING: readonly Buffer[] = [];

/** A tool list in one JSON body. */
class JsonListTransform implements BodyTransform {
  readonly holdsHead = true;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly keep: KeepTool) {}

  push(chunk: Buffer): readonly Buffer[] {
    this.size += chunk.length;
    if (this.size > MAX_FILTERED_BYTES) throw new EnvelopeError('too_large', 'the list is too large');
    this.chunks.push(chunk);
    return NOTHING;
  }

  end(): readonly Buffer[] {
    const body = Buffer.concat(this.chunks);
    return body.length === 0 ? NOTHING : [filterListJson(body, this.keep).bytes];
  }
}

/** Tool lists in server-sent events. */
class SseListTransform implements BodyTransform {
  readonly holdsHead = false;
  private readonly filter: SseListFilter;

  constructor(keep: KeepTool) {
    this.filter = new SseListFilter(keep);
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
 * The filter that this response needs, or null. Lists come as the answer to `tools/list`, and on any GET stream: a resumed
 * stream has no memory of what was asked.
 */
export function listTransformFor(
  exchange: Exchange,
  status: number,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): BodyTransform | null {
  const { access } = exchange;
  if (access === null || !access.hides('tools') || !mayCarryLists(exchange)) return null;
  const keep: KeepTool = (tool) => access.maySeeTool(tool);
  const type = mediaTypeOf(contentType);
  if (contentEncoding !== undefined && contentEncoding !== 'identity') return new UnreadableTransform();
  if (type === JSON_TYPE) return new JsonListTransform(keep);
  if (type === EVENT_STREAM) return new SseListTransform(keep);
  return status < 400 ? new UnreadableTransform() : null;
}

const mayCarryLists = (exchange: Exchange): boolean =>
  exchange.httpMethod === 'GET' || exchange.envelope?.method === 'tools/list';
