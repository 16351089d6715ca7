import type { FieldFault } from '#libs/registry';
import { ProblemError } from '../problem/problem.error.js';

/** What a field of a replica's message must be. */
export interface FieldRule {
  allowed: string;
  holds: (value: unknown) => boolean;
}

export const text = (pattern: RegExp, allowed: string): FieldRule => ({
  allowed,
  holds: (value) => typeof value === 'string' && pattern.test(value),
});

export const orNull = (rule: FieldRule): FieldRule => ({
  allowed: `${rule.allowed}, or null`,
  holds: (value) => value === null || rule.holds(value),
});

export const positiveInteger: FieldRule = {
  allowed: 'a positive integer',
  holds: (value) => isIntegerFrom(1, value),
};

export const naturalInteger: FieldRule = {
  allowed: 'an integer, 0 or more',
  holds: (value) => isIntegerFrom(0, value),
};

const MAX_INTEGER = 2 ** 31 - 1;
const isIntegerFrom = (min: number, value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= MAX_INTEGER;

/**
 * Checks a message of a replica. Fields that are not known are no fault: the gateway may be newer.
 * @throws ProblemError `validation` naming every field that is wrong.
 */
export function checkedBody<T>(body: unknown, rules: Record<keyof T & string, FieldRule>): T {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const faults: FieldFault[] = Object.entries<FieldRule>(rules)
    .filter(([field, rule]) => !rule.holds(given[field]))
    .map(([field, rule]) => ({ field, seen: given[field], allowed: rule.allowed }));
  if (faults.length === 0) return given as T;
  const names = faults.map(({ field }) => field).join(', ');
  throw new ProblemError('validation', `Not acceptable: ${names}`, { errors: faults });
}
