export {
  type ClientInfo,
  Envelope,
  EnvelopeSpans,
  type Era,
  type MessageKind,
  METHODS,
} from './request/envelope.js';
export { HeldBytes } from './held-bytes.js';
export type { Span } from './json/span.js';
export { EnvelopeError, type EnvelopeErrorKind, type EnvelopeReason } from './envelope.error.js';
export { MAX_REQUEST_DEPTH, scanEnvelope } from './request/scan-envelope.js';
export { LIST_KINDS, type ListKind, type ListView } from './lists/list-view.js';
export { filterMessages } from './lists/filter-messages.js';
export { MAX_FILTERED_BYTES, SseListFilter } from './lists/sse-list-filter.js';
export { type ResultKind, type ResultWatcher, watchResult } from './result/message-result.js';
export { type ServerIntroduction, IntroductionWatcher } from './result/introduction.js';
export { SsePosition } from './sse/position.js';
export type { StreamTransform } from './sse/from-next-event.js';
export { FirstMessage } from './sse/first-message.js';
