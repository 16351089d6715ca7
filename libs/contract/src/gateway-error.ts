import { REASONS, type Reason, type ReasonSpec } from './errors.js';

export interface FaultContext {
  /** Where on the way it failed: `client->aws`, `aws->azure` or `azure->mcp-m365`. */
  leg?: string;
  /** The other gateway, by name. */
  peer?: string;
  detail?: string;
  /** HTTP status, where this gateway reports another gateway's refusal as a failed hop. */
  status?: number;
  /** Seconds for `Retry-After` (RFC 9110 §10.2.3). */
  retryAfter?: number;
  cause?: unknown;
}

/** A gateway's own failure. It ends a request: whoever throws it decides nothing about rendering. */
export class GatewayError extends Error {
  readonly spec: ReasonSpec;

  constructor(
    readonly reason: Reason,
    readonly context: FaultContext = {},
  ) {
    super(reason, context.cause === undefined ? undefined : { cause: context.cause });
    this.spec = REASONS[reason];
  }
}

/** The message of a fault with its blanks filled in. */
export function faultMessage(
  fault: GatewayError,
  names: { server?: string | undefined; gateway?: string | undefined },
): string {
  const blanks: Record<string, string | undefined> = {
    ...names,
    peer: fault.context.peer,
    detail: fault.context.detail,
  };
  return fault.spec.message.replace(/\{(\w+)\}/g, (whole, key: string) => blanks[key] ?? whole);
}
