import { beginsAsLegacyStream } from '../next-hop/legacy-transport.js';
import type { BodyTransform } from './body-transform.js';
import { listKindOf } from '#libs/auth';
import { negotiatesEra, type GatewayError } from '#libs/contract';
import {
  LIST_KINDS,
  type ListView,
  EnvelopeError,
  filterMessages,
  HeldBytes,
  IntroductionWatcher,
  type ListKind,
  MAX_FILTERED_BYTES,
  type ResultKind,
  type ResultWatcher,
  SseListFilter,
  watchResult,
} from '#libs/envelope';
import { listens, type Asked } from '#libs/request';
import { EVENT_STREAM, JSON_TYPE } from './judge-answer.js';
import type { ResponseHead } from './response-head.js';
import type { OpenResponse, SentRequest } from './open-response.js';

/**
 * True if the response to this request may hold something that the caller must not see, or that caches must not share.
 * Lists answer the list methods, and anything may come on a GET stream: a resumed stream has no memory of what was asked.
 * News of resources come on GET streams (legacy) and on `subscriptions/listen` (modern).
 */
export function needsListFilter(asked: Asked, view: ListView): boolean {
  if (listens(asked)) return !view.mayReadResources || LIST_KINDS.some((kind) => view.hides(kind));
  const kind = listKindOf(asked.method);
  if (kind === undefined) return false;
  // Legacy results have no cacheScope.
  return view.hides(kind) || (asked.era === 'modern' && view.isPrivate(kind));
}

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

/** Holds the head of a response whose body must not pass until it is clear that it has none. */
class NoBodyAllowed implements BodyTransform {
  readonly holdsHead = true;

  constructor(private readonly refusal: () => Error) {}

  /** @throws Error the refusal, at the first byte. */
  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return NOTHING;
    throw this.refusal();
  }

  end(): readonly Buffer[] {
    return NOTHING;
  }
}

/** To a restricted caller, a body that nobody here can read could hold a list. */
const unreadable = (): BodyTransform =>
  new NoBodyAllowed(() => new EnvelopeError('unreadable', 'a list is neither JSON nor a stream of events'));

/**
 * The filter that this response needs, or null. It shapes only what is shown: what a caller does with an item, shown or
 * not, is decided when it does it. The view is the open response itself, since a stream may outlast a change of policy.
 */
export function listTransformFor(
  open: OpenResponse,
  { status, headers, mediaType }: ResponseHead,
): BodyTransform | null {
  if (!needsListFilter(open.sent.asked, open)) return null;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return unreadable();
  if (mediaType === JSON_TYPE) return new JsonListTransform(open, status);
  if (mediaType === EVENT_STREAM) return new SseListTransform(open);
  return status < 400 ? unreadable() : null;
}

/** Bytes by which a stream shows whether it is one of the HTTP+SSE transport. */
const BEGINNING = 64;

/** Refuses a stream of the HTTP+SSE transport: its client would post to a path that is not the gateway's, and wait for ever. */
class LegacyStreamWatcher implements ResultWatcher {
  readonly kind: ResultKind = 'success';
  readonly answered = false;
  private begun = '';

  constructor(private readonly refusal: () => GatewayError) {}

  /** @throws GatewayError `transport_unsupported` before the event has gone on. */
  push(chunk: Buffer): void {
    if (this.begun.length >= BEGINNING) return;
    this.begun += chunk.toString('latin1', 0, BEGINNING);
    if (beginsAsLegacyStream(this.begun)) throw this.refusal();
  }
}

/** What watches the body of a response go by; null where nothing in it could be the result of a request. */
export function resultWatcherFor(
  { asked, nextHop }: SentRequest,
  { mediaType }: ResponseHead,
  onList: (kind: ListKind) => void,
): ResultWatcher | null {
  const isUpstream = nextHop.kind === 'upstream';
  if (isUpstream && asked.httpMethod === 'GET')
    return new LegacyStreamWatcher(() =>
      nextHop.because('transport_unsupported', { detail: 'it announced an endpoint' }),
    );
  if (asked.kind !== 'request') return null;
  const watcher = watchResult(mediaType, onList);
  // Only the gateway next to the server reports what the server calls itself.
  const introduces = isUpstream && negotiatesEra(asked.method);
  return introduces ? new IntroductionWatcher(watcher, mediaType) : watcher;
}
