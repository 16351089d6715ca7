export * from './envelope.js';
export { EnvelopeError, type EnvelopeErrorKind, type EnvelopeReason } from './envelope.error.js';
export { MAX_REQUEST_DEPTH, scanEnvelope } from './scan-envelope.js';
