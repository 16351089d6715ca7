/**
 * Why bytes were refused. `unreadable`: not JSON that every parser reads alike. `invalid`: JSON, but not one unambiguous
 * JSON-RPC 2.0 message. `batch`: a JSON-RPC batch. `too_large`: more than is held back to be filtered.
 */
export type EnvelopeErrorKind = 'unreadable' | 'invalid' | 'batch' | 'too_large';

/** Reason word of the error catalogue for a request refused by the scanner. */
export type EnvelopeReason =
  'body_unreadable' | 'envelope_invalid' | 'batch_unsupported' | 'upstream_response_too_large';

const REASON: Record<EnvelopeErrorKind, EnvelopeReason> = {
  unreadable: 'body_unreadable',
  invalid: 'envelope_invalid',
  batch: 'batch_unsupported',
  too_large: 'upstream_response_too_large',
};

/** A refused message. `detail` says what is wrong without quoting content, so that it can be shown and logged. */
export class EnvelopeError extends Error {
  readonly reason: EnvelopeReason;

  constructor(
    readonly kind: EnvelopeErrorKind,
    readonly detail: string,
  ) {
    super(`${kind}: ${detail}`);
    this.name = 'EnvelopeError';
    this.reason = REASON[kind];
  }
}

/** Refuses bytes that parsers would read differently or not at all. */
export function unreadable(detail: string): never {
  throw new EnvelopeError('unreadable', detail);
}

/** Refuses JSON that is not one unambiguous JSON-RPC message. */
export function invalid(detail: string): never {
  throw new EnvelopeError('invalid', detail);
}

/** Refuses what is more than is held back, or looked at, to be filtered. */
export function tooLarge(detail: string): never {
  throw new EnvelopeError('too_large', detail);
}
