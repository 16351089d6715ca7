import { EnvelopeError, invalid, unreadable } from './envelope.error.js';
import { KeyTable, SeenKeys } from './envelope-keys.js';
import type { ClientInfo, Envelope, MessageKind, Span } from './envelope.js';
import { JsonCursor, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-cursor.js';

/** Nested containers of a request; deeper ones exhaust the stacks of some parsers. */
export const MAX_REQUEST_DEPTH = 64;

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
  private readonly top = new SeenKeys(TOP);
  private readonly params = new SeenKeys(PARAMS);
  private readonly meta = new SeenKeys(META);
  private version: string | null = null;
  private hasResult = false;
  private hasError = false;
  private claimed = false;
  private initializeVersion: string | null = null;
  private legacyClient: ClientInfo | null = null;
  private readonly out: Envelope = {
    kind: 'request',
    idRaw: null,
    method: null,
    era: 'legacy',
    protocolVersion: null,
    name: null,
    uri: null,
    taskId: null,
    traceparent: null,
    tracestate: null,
    progressTokenRaw: null,
    client: null,
    spans: { id: null, method: null, params: null, meta: null, name: null },
  };

  constructor(private readonly bytes: Buffer) {
    this.cursor = new JsonCursor(bytes, MAX_REQUEST_DEPTH);
  }

  run(): Envelope {
    const first = this.cursor.peek();
    if (first === undefined) unreadable('empty body');
    if (first === OPEN_BRACKET) throw new EnvelopeError('batch', 'a JSON array');
    if (first !== OPEN_BRACE) this.notAnObject();
    this.cursor.object(this.onTop);
    this.cursor.end();
    return this.finish();
  }

  /** Tells text that is not JSON from JSON that is no message. */
  private notAnObject(): never {
    this.cursor.value();
    this.cursor.end();
    invalid('not an object');
  }

  private readonly onTop = (start: number, end: number, escaped: boolean): void => {
    switch (this.top.see(this.bytes, start, end, escaped)) {
      case 'jsonrpc':
        this.version = this.text();
        break;
      case 'id':
        this.readId();
        break;
      case 'method':
        this.readMethod();
        break;
      case 'params':
        this.out.spans.params = this.objectSpan('params', this.onParam);
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
  };

  private readonly onParam = (start: number, end: number, escaped: boolean): void => {
    const { out } = this;
    switch (this.params.see(this.bytes, start, end, escaped)) {
      case 'name':
        this.readName();
        break;
      case '_meta':
        out.spans.meta = this.objectSpan('params._meta', this.onMeta);
        break;
      case 'uri':
        out.uri = this.text();
        break;
      case 'taskId':
        out.taskId = this.text();
        break;
      case 'protocolVersion':
        this.initializeVersion = this.text();
        break;
      case 'clientInfo':
        this.legacyClient = this.clientInfo();
        break;
      default:
        this.cursor.value();
    }
  };

  private readonly onMeta = (start: number, end: number, escaped: boolean): void => {
    const { out } = this;
    switch (this.meta.see(this.bytes, start, end, escaped)) {
      case 'io.modelcontextprotocol/protocolVersion':
        this.claimed = true;
        out.protocolVersion = this.text() ?? invalid('the protocol version in params._meta is not a string');
        break;
      case 'io.modelcontextprotocol/clientInfo':
        out.client = this.clientInfo();
        break;
      case 'progressToken':
        out.progressTokenRaw = this.raw(this.cursor.span());
        break;
      case 'traceparent':
        out.traceparent = this.text();
        break;
      case 'tracestate':
        out.tracestate = this.text();
        break;
      default:
        this.cursor.value();
    }
  };

  private readId(): void {
    const first = this.cursor.peek();
    if (first !== QUOTE && first !== 0x2d && (first === undefined || first < 0x30 || first > 0x39))
      invalid('id is neither a string nor a number');
    this.out.spans.id = this.cursor.span();
    this.out.idRaw = this.raw(this.out.spans.id);
  }

  private readMethod(): void {
    this.cursor.peek();
    const start = this.cursor.pos;
    this.out.method = this.text() ?? invalid('method is not a string');
    this.out.spans.method = { start, end: this.cursor.pos };
  }

  private readName(): void {
    this.cursor.peek();
    const start = this.cursor.pos;
    this.out.name = this.text();
    this.out.spans.name = { start, end: this.cursor.pos };
  }

  /** The text of a string, else null. Text that some readers would replace is refused. */
  private text(): string | null {
    const text = this.cursor.text();
    if (text !== null && !text.isWellFormed()) invalid('unpaired surrogate');
    return text;
  }

  private objectSpan(what: string, visit: (start: number, end: number, escaped: boolean) => void): Span {
    if (this.cursor.peek() !== OPEN_BRACE) invalid(`${what} is not an object`);
    const start = this.cursor.pos;
    this.cursor.object(visit);
    return { start, end: this.cursor.pos };
  }

  private raw(span: Span): string {
    return this.bytes.toString('utf8', span.start, span.end);
  }

  private clientInfo(): ClientInfo | null {
    const said = JSON.parse(this.raw(this.cursor.span())) as { name?: unknown; version?: unknown } | null;
    if (typeof said?.name !== 'string') return null;
    return { name: said.name, version: typeof said.version === 'string' ? said.version : null };
  }

  private finish(): Envelope {
    const { out } = this;
    if (this.version !== '2.0') invalid('jsonrpc is not "2.0"');
    out.kind = this.kind();
    out.era = this.claimed ? 'modern' : 'legacy';
    if (out.method === 'initialize') {
      out.protocolVersion ??= this.initializeVersion;
      out.client ??= this.legacyClient;
    }
    return out;
  }

  private kind(): MessageKind {
    const { method, idRaw } = this.out;
    if (method === null) return this.response();
    if (this.hasResult || this.hasError) invalid('both a request and a response');
    const notification = method.startsWith('notifications/');
    if (notification && idRaw !== null) invalid('a notification with an id');
    if (!notification && idRaw === null) invalid('a request without an id');
    return notification ? 'notification' : 'request';
  }

  private response(): MessageKind {
    if (this.hasResult === this.hasError) invalid('neither one request nor one response');
    if (this.hasResult && this.out.idRaw === null) invalid('a result without an id');
    return 'response';
  }
}
