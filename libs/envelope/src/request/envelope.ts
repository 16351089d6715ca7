import { WordTable } from '../json/key-table.js';
import { decodeString, decodeText } from '../json/strings.js';
import type { Span } from '../json/span.js';

/** The methods that agents post most, of MCP 2025-11-25 and 2026-07-28. Others are decoded like any text. */
export const METHODS = new WordTable<string>([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'tools/call',
  'tools/list',
  'prompts/get',
  'prompts/list',
  'resources/read',
  'resources/list',
  'resources/templates/list',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** JSON-RPC 2.0 message kinds as MCP uses them. */
export type MessageKind = 'request' | 'notification' | 'response';

/** `modern` if the message itself claims a protocol version in `params._meta` (MCP 2026-07-28), else `legacy`. */
export type Era = 'legacy' | 'modern';

/** Where the values of a message are; null if there is none, or one of another type than it should have. */
export class EnvelopeSpans {
  id: Span | null = null;
  method: Span | null = null;
  params: Span | null = null;
  meta: Span | null = null;
  name: Span | null = null;
  uri: Span | null = null;
  taskId: Span | null = null;
  /** Claimed in `_meta`, or requested by an `initialize`. */
  protocolVersion: Span | null = null;
  client: Span | null = null;
  traceparent: Span | null = null;
  tracestate: Span | null = null;
  progressToken: Span | null = null;
}

export interface ClientInfo {
  name: string;
  version: string | null;
}

/** What the scanner already knows. */
interface EnvelopeHead {
  kind: MessageKind;
  method: string | null;
  era: Era;
  spans: EnvelopeSpans;
  /** True if the whole body is ASCII. */
  isAscii: boolean;
  /** True if one of the strings has escapes. */
  hasEscapes: boolean;
}

/**
 * What a gateway needs to know about one posted message. Strings are decoded, but neither folded nor trimmed: they are compared
 * exactly. Each is decoded when it is asked for, since few requests need all of them. The body that goes on is always the
 * original bytes.
 */
export class Envelope {
  readonly kind: MessageKind;
  /** Null on a response. */
  readonly method: string | null;
  readonly era: Era;
  readonly spans: EnvelopeSpans;
  private readonly isAscii: boolean;
  private readonly hasEscapes: boolean;
  private nameText: string | null = null;

  /** @param bytes the body, which must not change from now on. */
  constructor(
    private readonly bytes: Buffer,
    head: EnvelopeHead,
  ) {
    this.kind = head.kind;
    this.method = head.method;
    this.era = head.era;
    this.spans = head.spans;
    this.isAscii = head.isAscii;
    this.hasEscapes = head.hasEscapes;
  }

  /** The id exactly as written (`7`, `"a"`, `""`, `1.0`), to be repeated verbatim; null if the message has none. */
  get idRaw(): string | null {
    return this.raw(this.spans.id);
  }

  /** The version claimed in `_meta`, or the one that a legacy `initialize` asks for. */
  get protocolVersion(): string | null {
    return this.text(this.spans.protocolVersion);
  }

  /** `params.name` if it is a string: the tool of `tools/call`, the prompt of `prompts/get`. */
  get name(): string | null {
    return (this.nameText ??= this.text(this.spans.name));
  }

  /** `params.uri` if it is a string. */
  get uri(): string | null {
    return this.text(this.spans.uri);
  }

  /** `params.taskId` if it is a string. */
  get taskId(): string | null {
    return this.text(this.spans.taskId);
  }

  /** W3C trace context in `_meta` (SEP-414), not validated. */
  get traceparent(): string | null {
    return this.text(this.spans.traceparent);
  }

  get tracestate(): string | null {
    return this.text(this.spans.tracestate);
  }

  /** `_meta.progressToken` exactly as written. */
  get progressTokenRaw(): string | null {
    return this.raw(this.spans.progressToken);
  }

  /** What the client says about itself in `initialize` or a modern `_meta`. Nothing may be decided on it. */
  get client(): ClientInfo | null {
    const text = this.raw(this.spans.client);
    if (text === null) return null;
    if (lastClient.text === text) return lastClient.client;
    const client = clientIn(text);
    if (text.length <= MAX_REMEMBERED) lastClient = { text, client };
    return client;
  }

  private raw(span: Span | null): string | null {
    return span === null ? null : decodeText(this.bytes, span.start, span.end, this.isAscii);
  }

  private text(span: Span | null): string | null {
    if (span === null) return null;
    if (this.hasEscapes) return decodeString(this.bytes, span, this.isAscii);
    return decodeText(this.bytes, span.start + 1, span.end - 1, this.isAscii);
  }
}

/** Longer texts are read each time instead of being kept. */
const MAX_REMEMBERED = 1024;
/** Clients say the same of themselves with every request. */
let lastClient: { text: string; client: ClientInfo | null } = { text: '', client: null };

function clientIn(text: string): ClientInfo | null {
  const said = JSON.parse(text) as Partial<Record<keyof ClientInfo, unknown>> | null;
  if (typeof said?.name !== 'string') return null;
  return { name: said.name, version: typeof said.version === 'string' ? said.version : null };
}
