import { isDatabaseAway, RegistryError } from '#libs/registry';
import { HttpException } from '@nestjs/common';
import { ProblemError } from './problem.error.js';
import type { ProblemKind } from './problems.js';

/** Problems of the framework, by the status that it gives them. */
const BY_STATUS: Record<number, ProblemKind> = {
  400: 'unparseable',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'body-too-large',
  415: 'media-type-unsupported',
};
/** Details where the framework's own message does not say what to do. */
const ADVICE: Partial<Record<ProblemKind, string>> = {
  'media-type-unsupported': 'Send JSON, with "Content-Type: application/json"',
};
const UNIQUE_VIOLATION = '23505';

/** Turns every failure into a problem. An unexpected one is `internal` and does not reveal its cause. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RegistryError) return new ProblemError(error.kind, error.message, error.more);
  if (isDatabaseAway(error))
    return new ProblemError(
      'database-away',
      'The database does not answer; try again shortly',
      {},
      { 'retry-after': '2' },
    );
  if (codeOf(error) === UNIQUE_VIOLATION)
    return new ProblemError('duplicate', 'Another request created it first');
  return ofFramework(error) ?? new ProblemError('internal', 'The log of the control plane has the cause');
}

function ofFramework(error: unknown): ProblemError | null {
  const status = statusOf(error) ?? 0;
  // Whatever else the framework refuses is the request's fault too, such as a path that is too long.
  const kind = BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'unparseable' : undefined);
  if (kind === undefined) return null;
  return new ProblemError(kind, ADVICE[kind] ?? (error as Error).message);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof HttpException
    ? error.getStatus()
    : (error as { statusCode?: number } | null)?.statusCode;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
