import type { GatewayError } from '#libs/contract';
import type { BodyTransform } from './body-transform.js';
import type { ResponseHead } from './response-head.js';

/** How long the beginning of the body of an answer that is refused may take, milliseconds. */
export const EXCERPT_WAIT_MS = 1000;
/** Bytes of it that are looked at. */
const MAX_HELD_BYTES = 4096;
const MAX_EXCERPT = 200;
const NOTHING: readonly Buffer[] = [];
const TEXT = /^(?:text\/|application\/(?:json|problem\+json|xml|xhtml\+xml)$|$)/;
const MARKUP = /<(?:style|script)\b[^]*?(?:<\/(?:style|script)>|$)|<[^>]*>/gi;
// oxlint-disable-next-line no-control-regex -- they are what is removed.
const UNSEEN = /[\x00-\x20\x7f-\x9f]+/g;

/** How an answer is refused. */
export interface Refusal {
  /** @param said The status, the media type and the beginning of the text. */
  fault(said: string): GatewayError;
  /** True for a body with which the answer is a good one after all. */
  passes(body: Buffer): boolean;
}

/** Holds an answer of an MCP server that does not go on, until there is enough of its body to tell what it said. */
export class RefusedAnswer implements BodyTransform {
  readonly holdsHead = true;
  private held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly refusal: Refusal,
    private readonly head: ResponseHead,
  ) {}

  /** @throws GatewayError the refusal, when enough of the body is here. */
  push(chunk: Buffer): readonly Buffer[] {
    this.held = Buffer.concat([this.held, chunk]);
    if (this.held.length >= MAX_HELD_BYTES) throw this.fault();
    return NOTHING;
  }

  /** @throws GatewayError the refusal. */
  end(): readonly Buffer[] {
    if (this.refusal.passes(this.held)) return this.held.length === 0 ? NOTHING : [this.held];
    throw this.fault();
  }

  /** The refusal, with what is known of the answer by now. */
  fault(): GatewayError {
    return this.refusal.fault(describe(this.head, this.held));
  }
}

/** Such as `status 404, text/html: "Not found"`. */
function describe({ status, mediaType }: ResponseHead, body: Buffer): string {
  const kind = mediaType === '' ? `status ${status}` : `status ${status}, ${mediaType}`;
  const excerpt = TEXT.test(mediaType) ? excerptOf(body) : '';
  return excerpt === '' ? kind : `${kind}: "${excerpt}"`;
}

const excerptOf = (body: Buffer): string =>
  body
    .toString('utf8', 0, MAX_HELD_BYTES)
    .replace(MARKUP, ' ')
    .replace(UNSEEN, ' ')
    .trim()
    .slice(0, MAX_EXCERPT)
    .toWellFormed();
