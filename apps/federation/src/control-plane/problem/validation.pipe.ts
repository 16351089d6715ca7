import { isRecord, type FieldError } from '#libs/contract';
import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { validate, type ValidationError } from 'class-validator';
import { fieldsOf, instanceOf, pathOf, unknownFields } from './input.js';
import { invalidFields } from './problem.error.js';
import { unstorableText } from './unstorable-text.js';

/** Reads and validates every input. All errors are reported at once; an unknown field is an error as well. */
@Injectable()
export class InputValidation implements PipeTransform {
  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom') return value;
    const given = type === 'body' ? (value ?? {}) : value;
    const unstorable = unstorableText(given, data ?? '');
    if (unstorable !== null) throw invalidFields([unstorable]);
    if (type === 'body' && !isRecord(given)) throw invalidFields([NOT_AN_OBJECT]);
    return isRecord(given) && isInputClass(metatype) ? validInput(metatype, given) : given;
  }
}

const NOT_AN_OBJECT: FieldError = { field: '', allowed: 'a JSON object' };

/** A class whose fields declare what they allow. Parameters of other types are checked by the code that takes them. */
const isInputClass = (metatype: ArgumentMetadata['metatype']): metatype is Type<object> =>
  metatype !== undefined && fieldsOf(metatype as Type<object>).length > 0;

/** What the class declares as `readOnly` is left out first, so that an answer can be changed and put back. */
async function validInput<T extends object>(type: Type<T>, given: object): Promise<T> {
  const { readOnly = [] } = type as { readOnly?: readonly string[] };
  const writable = Object.fromEntries(Object.entries(given).filter(([name]) => !readOnly.includes(name)));
  const input = instanceOf(type, writable);
  const errors = await validate(input, { validationError: { target: false, value: true } });
  const found = [...unknownFields(type, writable), ...errors.flatMap((error) => errorsOf(error, ''))];
  if (found.length > 0) throw invalidFields(found);
  return input;
}

/** The first error of each field, and of the fields nested in it. */
function errorsOf({ property, value, constraints, children }: ValidationError, parent: string): FieldError[] {
  const field = pathOf(parent, property);
  const own = Object.values(constraints ?? {}).map((allowed) => ({ field, seen: value as unknown, allowed }));
  return [...own.slice(0, 1), ...(children ?? []).flatMap((child) => errorsOf(child, field))];
}
