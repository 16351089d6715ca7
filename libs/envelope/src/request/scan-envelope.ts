import { EnvelopeError, invalid, unreadable } from '../envelope.error.js';
import { KeyTable, SeenKeys, WordTable } from '../json/key-table.js';
import { DIGIT, END, MINUS, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json/bytes.js';
import { JsonCursor } from '../json/cursor.js';
import type { Span } from '../json/span.js';
import { Envelope, EnvelopeSpans, type MessageKind, METHODS } from './envelope.js';

/** How deep the containers of a request may be nested; more exhausts the stack of some parsers. */
export const MAX_REQUEST_DEPTH = 64;

/** MCP's own methods and those of vendors, such as `com.example/render` and `$/cancelRequest`. */
const METHOD = /^[A-Za-z0-9_$.:/@-]+$/;
const FOLDED_METHODS = new Set(METHODS.words.map((method) => method.toLowerCase()));

const VERSION = new WordTable(['2.0']);
const TOP = new KeyTable(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const PARAMS = new KeyTable([
  'name',
  '_meta',
  'arguments',
  'uri',
  'taskId',
  'protocolVersion',
  'clientInfo',
  'capabilities',
  'cursor',
  'ref',
  'task',
  'requestState',
  'inputResponses',
]);
const META = new KeyTable([
  'io.modelcontextprotocol/protocolVersion',
  'io.modelcontextprotocol/clientInfo',
  'io.modelcontextprotocol/clientCapabilities',
  'io.modelcontextprotocol/logLevel',
  'progressToken',
  'traceparent',
  'tracestate',
  'baggage',
]);

/**
 * Reads the envelope of one posted MCP message in a single strict pass over its bytes.
 *
 * The whole body must be JSON (RFC 8259) in UTF-8; the members of the message, of `params` and of `params._meta` must be
 * unambiguous for every reader; the message must be a JSON-RPC 2.0 request, notification or response as MCP has them.
 * @throws {EnvelopeError} for everything else.
 */
export function scanEnvelope(bytes: Buffer): Envelope {
  return new EnvelopeScan(bytes).run();
}

class EnvelopeScan {
  private readonly cursor: JsonCursor;
  private readonly spans = new EnvelopeSpans();
  private method: string | null = null;
  private version: string | null = null;
  private hasResult = false;
  private hasError = false;
  private hasEscapes = false;
  /** What `params` say outside of `_meta`. It counts in an `initialize` only. */
  private initializeVersion: Span | null = null;
  private initializeClient: Span | null = null;

  constructor(private readonly bytes: Buffer) {
    this.cursor = new JsonCursor(bytes, MAX_REQUEST_DEPTH);
  }

  run(): Envelope {
    const first = this.cursor.peek();
    if (first === END) unreadable('empty body');
    if (first === OPEN_BRACKET) throw new EnvelopeError('batch', 'a JSON array');
    if (first !== OPEN_BRACE) this.notAnObject();
    this.message();
    this.cursor.end();
    return this.finish();
  }

  /** Tells apart text that is not JSON and JSON that is not a message. */
  private notAnObject(): never {
    this.cursor.value();
    this.cursor.end();
    invalid('not an object');
  }

  private message(): void {
    const { cursor } = this;
    const seen = new SeenKeys(TOP, { uniqueIn: 'the message' });
    for (let more = cursor.openObject(); more; more = cursor.nextMember()) this.onTop(seen.see(cursor));
  }

  private onTop(key: (typeof TOP.words)[number] | null): void {
    switch (key) {
      case 'jsonrpc':
        this.version = this.wordOf(VERSION, this.text());
        break;
      case 'id':
        this.spans.id = this.id();
        break;
      case 'method':
        this.spans.method = this.text() ?? invalid('method is not a string');
        this.method = this.wordOf(METHODS, this.spans.method);
        break;
      case 'params':
        this.spans.params = this.params();
        break;
      case 'result':
        this.hasResult = true;
        this.cursor.value();
        break;
      case 'error':
        this.hasError = true;
        this.cursor.value();
        break;
      default:
        this.cursor.value();
    }
  }

  private params(): Span {
    const { cursor } = this;
    const start = this.objectStart('params');
    const seen = new SeenKeys(PARAMS, { uniqueIn: 'params' });
    for (let more = cursor.openObject(); more; more = cursor.nextMember()) this.onParam(seen.see(cursor));
    return { start, end: cursor.pos };
  }

  private onParam(key: (typeof PARAMS.words)[number] | null): void {
    const { spans } = this;
    switch (key) {
      case 'name':
        spans.name = this.text();
        break;
      case '_meta':
        spans.meta = this.meta();
        break;
      case 'uri':
        spans.uri = this.text();
        break;
      case 'taskId':
        spans.taskId = this.text();
        break;
      case 'protocolVersion':
        this.initializeVersion = this.text();
        break;
      case 'clientInfo':
        this.initializeClient = this.cursor.span();
        break;
      default:
        this.cursor.value();
    }
  }

  private meta(): Span {
    const { cursor } = this;
    const start = this.objectStart('params._meta');
    const seen = new SeenKeys(META, { uniqueIn: 'params._meta' });
    for (let more = cursor.openObject(); more; more = cursor.nextMember()) this.onMeta(seen.see(cursor));
    return { start, end: cursor.pos };
  }

  private onMeta(key: (typeof META.words)[number] | null): void {
    const { spans } = this;
    switch (key) {
      case 'io.modelcontextprotocol/protocolVersion':
        spans.protocolVersion =
          this.text() ?? invalid('the protocol version in params._meta is not a string');
        break;
      case 'io.modelcontextprotocol/clientInfo':
        spans.client = this.cursor.span();
        break;
      case 'progressToken':
        spans.progressToken = this.cursor.span();
        break;
      case 'traceparent':
        spans.traceparent = this.text();
        break;
      case 'tracestate':
        spans.tracestate = this.text();
        break;
      default:
        this.cursor.value();
    }
  }

  private id(): Span {
    const first = this.cursor.peek();
    if (first !== QUOTE && first !== MINUS && DIGIT[first] !== 1)
      invalid('id is neither a string nor a number');
    return this.cursor.span();
  }

  /** The text at this place. Words of the table are recognised by their bytes and not decoded. */
  private wordOf(table: WordTable<string>, span: Span | null): string | null {
    if (span === null) return null;
    const word = table.wordAt(this.bytes, span.start + 1, span.end - 1);
    return word ?? this.cursor.textAt(span);
  }

  /** The place of a string, or null for any other value. Text that some readers would replace is refused. */
  private text(): Span | null {
    const { cursor } = this;
    if (cursor.peek() !== QUOTE) {
      cursor.value();
      return null;
    }
    const start = cursor.pos;
    const escaped = cursor.string();
    const span = { start, end: cursor.pos };
    if (escaped) this.assertWellFormed(span);
    return span;
  }

  private assertWellFormed(span: Span): void {
    this.hasEscapes = true;
    if (!this.cursor.textAt(span).isWellFormed()) invalid('unpaired surrogate');
  }

  private objectStart(what: string): number {
    if (this.cursor.peek() !== OPEN_BRACE) invalid(`${what} is not an object`);
    return this.cursor.pos;
  }

  private finish(): Envelope {
    if (this.version !== '2.0') invalid('jsonrpc is not "2.0"');
    const { method, spans, hasEscapes } = this;
    if (method !== null && METHODS.indexOf(method) < 0) assertMethod(method);
    const era = spans.protocolVersion === null ? 'legacy' : 'modern';
    if (method === 'initialize') {
      spans.protocolVersion ??= this.initializeVersion;
      spans.client ??= this.initializeClient;
    }
    const { isAscii } = this.cursor;
    return new Envelope(this.bytes, { kind: this.kind(), method, era, spans, isAscii, hasEscapes });
  }

  private kind(): MessageKind {
    const { method } = this;
    const hasId = this.spans.id !== null;
    if (method === null) return this.response(hasId);
    if (this.hasResult || this.hasError) invalid('both a request and a response');
    const isNotification = method.startsWith('notifications/');
    if (isNotification && hasId) invalid('a notification with an id');
    if (!isNotification && !hasId) invalid('a request without an id');
    return isNotification ? 'notification' : 'request';
  }

  private response(hasId: boolean): MessageKind {
    if (this.hasResult === this.hasError) invalid('neither one request nor one response');
    if (this.hasResult && !hasId) invalid('a result without an id');
    return 'response';
  }
}

/** Refuses a method that no policy can name, and one that some server could take for a method of MCP that a policy denies. */
function assertMethod(method: string): void {
  if (!METHOD.test(method)) invalid('method has other characters than letters, digits and _$.:/@-');
  if (FOLDED_METHODS.has(method.toLowerCase())) invalid("method differs by case only from one of MCP's");
}
