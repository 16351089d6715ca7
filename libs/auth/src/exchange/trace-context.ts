import { randomBytes } from 'node:crypto';

/** A position in a trace (W3C Trace Context §3.2). */
export interface TraceContext {
  readonly traceId: string;
  /** This gateway's own span. */
  readonly spanId: string;
  readonly flags: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|-)/;

/** Continues the first valid parent in a span of its own, or begins a sampled trace. */
export function continueTrace(...parents: (string | null | undefined)[]): TraceContext {
  const spanId = randomBytes(8).toString('hex');
  for (const parent of parents) {
    const match = typeof parent === 'string' ? TRACEPARENT.exec(parent) : null;
    if (match !== null) return { traceId: match[1] ?? '', spanId, flags: match[2] ?? '00' };
  }
  return { traceId: randomBytes(16).toString('hex'), spanId, flags: '01' };
}

export const traceparentOf = (trace: TraceContext): string =>
  `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;
