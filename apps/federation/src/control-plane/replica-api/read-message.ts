import type { FieldError } from '#libs/contract';
import { invalidFields } from '../problem/problem.error.js';

interface MessageType<T> {
  is(value: unknown): value is T;
  errors(value: unknown): FieldError[];
}

/**
 * The message of a replica, if it has the type. A message that is not an object counts as an object without fields.
 * @throws ProblemError `validation` naming every field that is wrong.
 */
export function readMessage<T>(type: MessageType<T>, body: unknown): T {
  const message: unknown = typeof body === 'object' && !Array.isArray(body) ? (body ?? {}) : {};
  if (type.is(message)) return message;
  throw invalidFields(type.errors(message));
}
