import { AUDIT_BATCH, type AuditBatch, type FieldError } from '#libs/contract';
import { invalidFields } from '../../problem/problem.error.js';

const MAX_ERRORS = 20;

/**
 * The audit parts that a replica sent. Unknown fields of a part are accepted, because a newer gateway may send them.
 * @param gateway Registry name of the replica's gateway; it can speak for no other.
 * @throws ProblemError `validation` naming the first fields that are wrong.
 */
export function readBatch(body: unknown, gateway: string): AuditBatch {
  if (!AUDIT_BATCH.is(body)) throw invalidFields(AUDIT_BATCH.errors(body));
  const errors: FieldError[] = [];
  for (const [i, { part }] of body.records.entries()) {
    if (part.gateway !== gateway) errors.push(foreign(i, part.gateway, gateway));
    if (Date.parse(part.timestamp) < 0) errors.push(tooEarly(i, part.timestamp));
  }
  if (errors.length > 0) throw invalidFields(errors.slice(0, MAX_ERRORS));
  return body;
}

const foreign = (index: number, seen: string, gateway: string): FieldError => ({
  field: `records.${index}.part.gateway`,
  seen,
  allowed: gateway,
});

/** PostgreSQL has no year 0. */
const tooEarly = (index: number, seen: string): FieldError => ({
  field: `records.${index}.part.timestamp`,
  seen,
  allowed: 'an RFC 3339 time in UTC, 1970 or later',
});
