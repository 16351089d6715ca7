import type { FieldError } from '#libs/contract';
import { pathOf } from './input.js';

/** The first text in a value that PostgreSQL cannot store: it takes neither NUL nor half of a surrogate pair. */
export function unstorableText(value: unknown, field: string): FieldError | null {
  if (typeof value === 'string') {
    const storable = !value.includes('\0') && value.isWellFormed();
    return storable ? null : { field, allowed: 'well-formed Unicode text without NUL' };
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const error = unstorableText(key, key) ?? unstorableText(child, pathOf(field, key));
    if (error !== null) return error;
  }
  return null;
}
