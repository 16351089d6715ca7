/** A field that was refused. `seen` is left out where the value may be secret. */
export interface FieldFault {
  /** Dotted path. */
  field: string;
  seen?: unknown;
  allowed: string | string[];
}

export type RegistryFaultKind =
  | 'validation'
  | 'duplicate'
  | 'in-use'
  | 'not-found'
  | 'precondition-failed'
  | 'restore-pending'
  | 'no-restore-pending';

/** A change that the registry refuses; it leaves no trace in the configuration. */
export class RegistryFault extends Error {
  constructor(
    readonly kind: RegistryFaultKind,
    message: string,
    readonly more: { errors?: FieldFault[]; mcpServers?: string[] } = {},
  ) {
    super(message);
  }
}

/** One field of the request was refused. */
export const fieldFault = (field: string, seen: unknown, allowed: string | string[], message: string) =>
  new RegistryFault('validation', message, { errors: [{ field, seen, allowed }] });

export const notFound = (what: string) => new RegistryFault('not-found', `${what} does not exist`);

export const duplicate = (what: string) => new RegistryFault('duplicate', `${what} exists already`);

/**
 * Refuses a change made on the ground of an older state (RFC 9110 §13.1.1).
 * @throws RegistryFault `precondition-failed`.
 */
export function assertRevision(row: { revision: number }, expected: number | null): void {
  if (expected === null || row.revision === expected) return;
  throw new RegistryFault('precondition-failed', `The newest revision is "${row.revision}"; read it again`);
}
