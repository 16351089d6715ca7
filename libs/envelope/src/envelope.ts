/** JSON-RPC 2.0 message kinds as MCP uses them. */
export type MessageKind = 'request' | 'notification' | 'response';

/** `modern` if the message itself claims a protocol version in `params._meta` (MCP 2026-07-28), else `legacy`. */
export type Era = 'legacy' | 'modern';

/** Byte offsets of a value within the body: `bytes.subarray(start, end)`. A string's span includes its quotes. */
export interface Span {
  start: number;
  end: number;
}

/** Where the values lie that a gateway may have to splice or to echo. */
export interface EnvelopeSpans {
  id: Span | null;
  method: Span | null;
  params: Span | null;
  meta: Span | null;
  name: Span | null;
}

export interface ClientInfo {
  name: string;
  version: string | null;
}

/**
 * What a gateway needs to know of one posted message. All strings are decoded, unfolded and untrimmed: they are compared
 * exactly. The body that goes on is always the original bytes.
 */
export interface Envelope {
  kind: MessageKind;
  /** The id exactly as written (`7`, `"a"`, `""`, `1.0`), to be echoed verbatim; null where the message has none. */
  idRaw: string | null;
  /** Null on a response. */
  method: string | null;
  era: Era;
  /** The version claimed in `_meta`, or the one that a legacy `initialize` asks for. */
  protocolVersion: string | null;
  /** `params.name` if it is a string: the tool of `tools/call`, the prompt of `prompts/get`. */
  name: string | null;
  /** `params.uri` if it is a string. */
  uri: string | null;
  /** `params.taskId` if it is a string. */
  taskId: string | null;
  /** W3C trace context in `_meta` (SEP-414), not validated. */
  traceparent: string | null;
  tracestate: string | null;
  /** `_meta.progressToken` exactly as written. */
  progressTokenRaw: string | null;
  /** What the client says of itself: of `initialize`, or of a modern `_meta`. Never a security input. */
  client: ClientInfo | null;
  spans: EnvelopeSpans;
}
