export { type ClientInfo, Envelope, EnvelopeSpans, type Era, type MessageKind } from './envelope.js';
export type { Span } from './span.js';
export { EnvelopeError, type EnvelopeErrorKind, type EnvelopeReason } from './envelope.error.js';
export { MAX_REQUEST_DEPTH, scanEnvelope } from './scan-envelope.js';
export { LIST_KINDS, type ListKind, type ListView } from './list-view.js';
export { filterMessages } from './filter-messages.js';
export { MAX_FILTERED_BYTES, SseListFilter } from './sse-list-filter.js';
export type { RpcOutcome } from './message-outcome.js';
export { type OutcomePeek, peekOutcome } from './outcome-peek.js';
