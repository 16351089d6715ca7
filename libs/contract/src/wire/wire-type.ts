import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { errorText, fieldErrors, type FieldError } from './field-errors.js';

/**
 * A type that travels between the planes, or that one process keeps on disk for the next. Fields that the schema does not
 * have are accepted, because the other end may be newer.
 */
export interface WireType<T extends TSchema> {
  readonly schema: T;
  /** True if the value has the type. Costs about a microsecond; it stops at the first thing that is wrong. */
  is(value: unknown): value is Static<T>;
  /** What is wrong with the value, field by field and at most `limit` of them; empty if it has the type. */
  errors(value: unknown, limit?: number): FieldError[];
  /**
   * The value, which may be anything.
   * @param what How an error should name the value, such as "the answer to a poll".
   * @throws WireError if it does not have the type.
   */
  parse(value: unknown, what: string): Static<T>;
}

/** Something that came over the wire, or from disk, is not what it should be. */
export class WireError extends Error {
  constructor(
    what: string,
    readonly errors: readonly FieldError[],
  ) {
    super(`${what} is not acceptable: ${errors.map(errorText).join('; ')}`);
  }
}

/** The TypeScript type that a wire type stands for. */
export type WireValue<W> = W extends WireType<infer T> ? Static<T> : never;

const MAX_ERRORS = 20;
/** In the message of an exception. */
const MAX_TOLD = 3;

/** Compiles a schema (JSON Schema as TypeBox writes it) into its validator; to be done once, as a module loads. */
export function wireType<T extends TSchema>(schema: T): WireType<T> {
  const validator = TypeCompiler.Compile(schema);
  const is = (value: unknown): value is Static<T> => validator.Check(value);
  const errors = (value: unknown, limit = MAX_ERRORS): FieldError[] =>
    is(value) ? [] : fieldErrors(schema, value, limit);
  const parse = (value: unknown, what: string): Static<T> => {
    if (is(value)) return value;
    throw new WireError(what, errors(value, MAX_TOLD));
  };
  return { schema, is, errors, parse };
}
