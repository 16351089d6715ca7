import { OptionalKind, type TArray, type TObject, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** A field that is not acceptable. */
export interface FieldError {
  /** Dotted path; empty for the value itself. */
  field: string;
  /** What stood there, shortened; absent where it cannot be shown. It may be a secret: whoever shows it must hide those. */
  seen?: unknown;
  /** What would be accepted, in words or as a list of values. */
  allowed: string | string[];
}

/** Characters of a text, or items of a list, beyond which only the size of what was seen is told. */
const MAX_SEEN = 256;

const SECRET_FIELD = /key|token|secret/i;
const MAX_SEEN_IN_TEXT = 100;

/** One error as a sentence for logs; what may be a secret is left out. */
export function errorText({ field, seen, allowed }: FieldError): string {
  const text = SECRET_FIELD.test(field) ? '(secret)' : (JSON.stringify(seen) ?? 'nothing');
  return `${field === '' ? 'it' : field} must be ${String(allowed)}, seen ${text.slice(0, MAX_SEEN_IN_TEXT)}`;
}

/** The first `limit` errors of a value. */
export function fieldErrors(schema: TSchema, value: unknown, limit: number): FieldError[] {
  const errors: FieldError[] = [];
  for (const error of walk(schema, value, '')) {
    errors.push(error);
    if (errors.length === limit) break;
  }
  return errors;
}

/**
 * Says what is wrong with a value. A schema that has a text `allowed` is reported as a whole; lists and objects without
 * one are reported item by item and field by field.
 */
function* walk(schema: TSchema, value: unknown, field: string): Generator<FieldError> {
  if (Value.Check(schema, value)) return;
  const parts = partsOf(schema, value);
  if (parts === null) yield { field, seen: bounded(value), allowed: allowedBy(schema) };
  else for (const [name, part, item] of parts) yield* walk(part, item, pathOf(field, name));
}

type Part = readonly [name: string | number, schema: TSchema, value: unknown];

/** What the value consists of; null if the value as a whole is what is wrong. */
function partsOf(schema: TSchema, value: unknown): Iterable<Part> | null {
  if (schema['allowed'] !== undefined) return null;
  if (isObjectSchema(schema)) return isRecord(value) ? fieldsOf(schema, value) : null;
  if (!isListSchema(schema) || !Array.isArray(value)) return null;
  const { minItems = 0, maxItems = Infinity } = schema;
  return value.length < minItems || value.length > maxItems ? null : itemsOf(schema, value);
}

function* fieldsOf({ properties }: TObject, value: Record<string, unknown>): Generator<Part> {
  for (const [name, part] of Object.entries(properties)) {
    const isAbsent = value[name] === undefined && part[OptionalKind] === 'Optional';
    if (!isAbsent) yield [name, part, value[name]];
  }
}

function* itemsOf({ items }: TArray, value: readonly unknown[]): Generator<Part> {
  for (const [index, item] of value.entries()) yield [index, items, item];
}

function allowedBy(schema: TSchema): string {
  const allowed: unknown = schema['allowed'];
  if (typeof allowed === 'string') return allowed;
  if (!isListSchema(schema)) return 'an object';
  const { minItems = 0, maxItems } = schema;
  return maxItems === undefined ? 'a list' : `a list of ${minItems} to ${maxItems} items`;
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string' && value.length > MAX_SEEN) return `${value.slice(0, MAX_SEEN)}…`;
  return Array.isArray(value) && value.length > MAX_SEEN ? `a list of ${value.length} items` : value;
}

const pathOf = (parent: string, name: string | number): string =>
  parent === '' ? String(name) : `${parent}.${name}`;
const isObjectSchema = (schema: TSchema): schema is TObject => schema['type'] === 'object';
const isListSchema = (schema: TSchema): schema is TArray => schema['type'] === 'array';
/** True for an object that is not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
