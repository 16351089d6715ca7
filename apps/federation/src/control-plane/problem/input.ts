import { isRecord, type FieldError } from '#libs/contract';
import { applyDecorators, type Type } from '@nestjs/common';
import { getMetadataStorage, ValidateNested } from 'class-validator';

const READER = 'causeway:field-reader';
const NESTED = 'causeway:nested-field';

/**
 * Says how the value of a field is read before it is checked. A value that cannot be read should be returned unchanged,
 * so that its refusal can show it.
 */
export const ReadAs =
  (read: (given: unknown) => unknown): PropertyDecorator =>
  (target, property) =>
    Reflect.defineMetadata(READER, read, target, property);

/** A field that is an object with fields of its own. */
export const Nested = (type: Type<object>): PropertyDecorator =>
  applyDecorators(
    (target: object, property: string | symbol) =>
      Reflect.defineMetadata(NESTED, type, target, property as string),
    ValidateNested(),
  );

/** Names of the fields that a class declares by class-validator's decorators. */
export function fieldsOf(type: Type<object>): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(metadata.map((entry) => entry.propertyName))];
}

/** An instance with the given values over its defaults. Fields that the class does not declare are left out. */
export function instanceOf<T extends object>(type: Type<T>, given: object): T {
  const values = new Map(Object.entries(given));
  const fields = fieldsOf(type).filter((field) => values.has(field));
  const read = fields.map((field) => [field, readField(type, field, values.get(field))] as const);
  return Object.assign(new type(), Object.fromEntries(read));
}

function readField(type: Type<object>, field: string, value: unknown): unknown {
  const read = metadataOf(READER, type, field) as ((given: unknown) => unknown) | undefined;
  const nested = nestedType(type, field);
  if (nested !== undefined && isRecord(value)) return instanceOf(nested, value);
  return read === undefined ? value : read(value);
}

/** Fields that were given although the class, or that of a nested field, does not declare them. */
export function unknownFields(type: Type<object>, given: object, path = ''): FieldError[] {
  const known = fieldsOf(type);
  return Object.entries(given).flatMap(([name, seen]) => {
    const field = pathOf(path, name);
    if (!known.includes(name)) return [{ field, seen, allowed: known }];
    const nested = nestedType(type, name);
    return nested !== undefined && isRecord(seen) ? unknownFields(nested, seen, field) : [];
  });
}

const metadataOf = (key: string, type: Type<object>, field: string): unknown =>
  Reflect.getMetadata(key, type.prototype as object, field);

const nestedType = (type: Type<object>, field: string) =>
  metadataOf(NESTED, type, field) as Type<object> | undefined;

/** Dotted path of a field below another. */
export const pathOf = (parent: string, name: string): string => (parent === '' ? name : `${parent}.${name}`);
