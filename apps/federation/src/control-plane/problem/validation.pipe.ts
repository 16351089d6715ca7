import type { FieldFault } from '#libs/registry';
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { ProblemError } from './problem.error.js';

/** Validates every input; all faults are reported at once, and a field that nobody knows is one. */
@Injectable()
export class InputValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: true, value: true },
      exceptionFactory: (errors) => refusal(errors.flatMap((error) => faultsOf(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    const given = metadata.type === 'body' ? (value ?? {}) : value;
    const unstorable = unstorableText(given, metadata.data ?? '');
    if (unstorable !== null) throw refusal([unstorable]);
    if (metadata.type === 'body' && !isPlainObject(given)) throw refusal([NOT_AN_OBJECT]);
    return super.transform(withoutReadOnly(given, metadata), metadata) as Promise<unknown>;
  }
}

const NOT_AN_OBJECT: FieldFault = { field: '', allowed: 'a JSON object' };

/** Leaves out what the body's class declares as `readOnly`, so that an answer can be changed and put back. */
function withoutReadOnly(given: unknown, { metatype }: ArgumentMetadata): unknown {
  const { readOnly } = (metatype ?? {}) as { readOnly?: readonly string[] };
  if (readOnly === undefined || !isPlainObject(given)) return given;
  return Object.fromEntries(Object.entries(given as object).filter(([name]) => !readOnly.includes(name)));
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refusal(errors: FieldFault[]): ProblemError {
  const names = errors.map((error) => error.field || 'body').join(', ');
  return new ProblemError('validation', `Not acceptable: ${names}`, { errors });
}

function faultsOf(error: ValidationError, parent: string): FieldFault[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const nested = (error.children ?? []).flatMap((child) => faultsOf(child, field));
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    field,
    seen: error.value as unknown,
    allowed: constraint === 'whitelistValidation' ? knownFields(error.target) : message,
  }));
  return [...own.slice(0, 1), ...nested];
}

function knownFields(target: object | undefined): string[] {
  if (target === undefined) return [];
  const metadata = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(metadata.map((entry) => entry.propertyName))];
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function unstorableText(value: unknown, field: string): FieldFault | null {
  if (typeof value === 'string') {
    const storable = !value.includes('\0') && value.isWellFormed();
    return storable ? null : { field, allowed: 'well-formed Unicode text without NUL' };
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const fault = unstorableText(key, key) ?? unstorableText(child, field === '' ? key : `${field}.${key}`);
    if (fault !== null) return fault;
  }
  return null;
}
