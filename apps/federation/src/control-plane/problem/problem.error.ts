import type { FieldError } from '#libs/contract';
import type { ProblemKind } from './problems.js';

export interface ProblemMembers {
  errors?: FieldError[];
  mcpServers?: string[];
}

/** Ends a request with a problem document (RFC 9457). */
export class ProblemError extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    readonly members: ProblemMembers = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }
}

/** Credentials are missing or invalid; the challenge is that of RFC 6750 §3. */
export const unauthenticated = (detail: string) =>
  new ProblemError('unauthenticated', detail, {}, { 'www-authenticate': 'Bearer realm="causeway"' });

/** Fields of the request are not acceptable. */
export function invalidFields(errors: FieldError[]): ProblemError {
  const names = errors.map(({ field }) => field || 'body').join(', ');
  return new ProblemError('validation', `Not acceptable: ${names}`, { errors });
}
