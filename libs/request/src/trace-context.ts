import { randomFillSync } from 'node:crypto';

/** A position in a trace (W3C Trace Context §3.2). */
export interface TraceContext {
  readonly traceId: string;
  /** This gateway's own span. */
  readonly spanId: string;
  readonly flags: string;
  /** `tracestate` of the parent; it goes on with the parent only. */
  readonly state: string | null;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|-)/;

const pool = Buffer.alloc(4096);
let taken = pool.length;

/** Random bytes in hexadecimal. They are drawn from a pool, which spares a system call for each. */
function randomHex(bytes: number): string {
  if (taken + bytes > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  return pool.toString('hex', taken, (taken += bytes));
}

/** A caller's position in a trace, as it came. */
export interface TraceParent {
  readonly traceparent: string | null | undefined;
  readonly tracestate: string | null | undefined;
}

/** Continues the first valid parent in a span of its own, or begins a sampled trace. */
export function continueTrace(...parents: TraceParent[]): TraceContext {
  const spanId = randomHex(8);
  for (const { traceparent, tracestate } of parents) {
    const match = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
    if (match !== null)
      return { traceId: match[1] ?? '', spanId, flags: match[2] ?? '00', state: tracestate ?? null };
  }
  return { traceId: randomHex(16), spanId, flags: '01', state: null };
}

export const traceparentOf = (trace: TraceContext): string =>
  `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;
