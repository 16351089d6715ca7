import type { FieldError } from '#libs/contract';

export type RegistryErrorKind =
  | 'validation'
  | 'duplicate'
  | 'in-use'
  | 'not-found'
  | 'precondition-failed'
  | 'restore-pending'
  | 'no-restore-pending';

/** The registry refuses a change. The configuration stays as it was. */
export class RegistryError extends Error {
  constructor(
    readonly kind: RegistryErrorKind,
    message: string,
    readonly more: { errors?: FieldError[]; mcpServers?: string[] } = {},
  ) {
    super(message);
  }
}

/** One field of the request was refused. */
export const invalidField = (field: string, seen: unknown, allowed: string | string[], message: string) =>
  new RegistryError('validation', message, { errors: [{ field, seen, allowed }] });

export const notFound = (what: string) => new RegistryError('not-found', `${what} does not exist`);

export const duplicate = (what: string) => new RegistryError('duplicate', `${what} already exists`);

/**
 * Refuses a change that was made with an older revision in view (RFC 9110 §13.1.1).
 * @throws RegistryError `precondition-failed`.
 */
export function assertRevision(revision: number, expected: number | null): void {
  if (expected === null || revision === expected) return;
  throw new RegistryError('precondition-failed', `The newest revision is "${revision}"; read it again`);
}
