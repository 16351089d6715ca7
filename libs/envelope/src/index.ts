export * from './envelope.js';
export { EnvelopeError, type EnvelopeErrorKind, type EnvelopeReason } from './envelope.error.js';
export { MAX_REQUEST_DEPTH, scanEnvelope } from './scan-envelope.js';
export { LIST_KINDS, type ListKind } from './list-kind.js';
export { type Filtered, type KeepTool, filterListJson } from './list-filter.js';
export { MAX_FILTERED_BYTES, SseListFilter, SseListFilterStream } from './sse-list-filter.js';
export type { RpcOutcome } from './message-outcome.js';
export { type OutcomePeek, peekOutcome } from './outcome-peek.js';
