import type { FieldFault } from '#libs/registry';
import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { validate, type ValidationError } from 'class-validator';
import { fieldsOf, instanceOf, isPlainObject, pathOf, unknownFields } from './input.js';
import { ProblemError } from './problem.error.js';
import { unstorableText } from './unstorable-text.js';

/** Reads and validates every input. All faults are reported at once; an unknown field is a fault, too. */
@Injectable()
export class InputValidation implements PipeTransform {
  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom') return value;
    const given = type === 'body' ? (value ?? {}) : value;
    const unstorable = unstorableText(given, data ?? '');
    if (unstorable !== null) throw refusal([unstorable]);
    if (type === 'body' && !isPlainObject(given)) throw refusal([NOT_AN_OBJECT]);
    return isPlainObject(given) && isInputClass(metatype) ? validInput(metatype, given) : given;
  }
}

const NOT_AN_OBJECT: FieldFault = { field: '', allowed: 'a JSON object' };

/** A class whose fields declare what they allow. Parameters of other types are checked by the code that takes them. */
const isInputClass = (metatype: ArgumentMetadata['metatype']): metatype is Type<object> =>
  metatype !== undefined && fieldsOf(metatype as Type<object>).length > 0;

/** What the class declares as `readOnly` is left out first, so that an answer can be changed and put back. */
async function validInput<T extends object>(type: Type<T>, given: object): Promise<T> {
  const { readOnly = [] } = type as { readOnly?: readonly string[] };
  const writable = Object.fromEntries(Object.entries(given).filter(([name]) => !readOnly.includes(name)));
  const input = instanceOf(type, writable);
  const errors = await validate(input, { validationError: { target: false, value: true } });
  const faults = [...unknownFields(type, writable), ...errors.flatMap((error) => faultsOf(error, ''))];
  if (faults.length > 0) throw refusal(faults);
  return input;
}

function refusal(errors: FieldFault[]): ProblemError {
  const names = errors.map((error) => error.field || 'body').join(', ');
  return new ProblemError('validation', `Not acceptable: ${names}`, { errors });
}

/** The first fault of each field, and of the fields nested in it. */
function faultsOf({ property, value, constraints, children }: ValidationError, parent: string): FieldFault[] {
  const field = pathOf(parent, property);
  const own = Object.values(constraints ?? {}).map((allowed) => ({ field, seen: value as unknown, allowed }));
  return [...own.slice(0, 1), ...(children ?? []).flatMap((child) => faultsOf(child, field))];
}
