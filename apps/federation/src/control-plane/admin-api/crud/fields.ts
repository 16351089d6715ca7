import { isHttpUrl, isTime, isVisible, NAME_RULES, USER_NAME } from '#libs/contract';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { Nested, ReadAs } from '../../problem/input.js';

interface FieldOptions {
  /** May be left out. */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
  description?: string;
  example?: unknown;
}

/** Documents a field and says whether it may be absent or null. */
export function Field(options: FieldOptions & ApiPropertyOptions, ...checks: PropertyDecorator[]) {
  const { optional = false, nullable = false, ...rest } = options;
  const document = { ...rest, required: !optional, nullable } as ApiPropertyOptions;
  const isGiven = (_: object, value: unknown): boolean =>
    !(optional && value === undefined) && !(nullable && value === null);
  return applyDecorators(ApiProperty(document), ValidateIf(isGiven), ...checks);
}

const NAMES = {
  ...NAME_RULES,
  /** Excludes the audit's names of the bootstrap administrator and of the control plane. */
  account: {
    pattern: new RegExp(`^(?!(?:admin|system)$)${USER_NAME.source.slice(1)}`),
    allowed: `${NAME_RULES.user.allowed}, other than "admin" and "system"`,
  },
} as const;
type NameKind = keyof typeof NAMES;

/** What clients can check themselves. */
const documentOf = (kind: NameKind): { description: string; pattern: string } => ({
  description: NAMES[kind].allowed,
  pattern: NAMES[kind].pattern.source,
});

const MAX_TEXT = 1000;
const MAX_ITEM = 512;
const MAX_ITEMS = 10_000;
const MAX_URL = 2048;
const LIST_SIZE = { message: `a list of at most ${MAX_ITEMS}` };

/** The name of a resource. A PUT may leave it out, because the path has it. */
export const NameField = (kind: NameKind, options: FieldOptions = {}) =>
  Field(
    { type: String, ...documentOf(kind), ...options },
    Matches(NAMES[kind].pattern, { message: NAMES[kind].allowed }),
  );

/** A name for people: one line, in which nothing is hidden. */
export const LabelField = (options: FieldOptions = {}) =>
  CheckedField(
    { type: String, ...options },
    `text without control characters, at most ${MAX_TEXT} characters`,
    (value) => typeof value === 'string' && value.length <= MAX_TEXT && isVisible(value),
  );

/** Free text. */
export const TextField = (options: FieldOptions = {}) =>
  Field(
    { type: String, ...options },
    IsString({ message: `text, at most ${MAX_TEXT} characters` }),
    MaxLength(MAX_TEXT, { message: `text, at most ${MAX_TEXT} characters` }),
  );

const isDistinct = (value: unknown): boolean => Array.isArray(value) && new Set(value).size === value.length;

/** No item occurs twice. Linear, unlike class-validator's own check, which takes minutes for the longest possible body. */
export const DistinctItems = (message: string): PropertyDecorator =>
  ValidateBy({ name: 'distinct', validator: { validate: isDistinct } }, { message });

/** A list of distinct names or patterns. */
export const NameListField = (kind: NameKind, options: FieldOptions & { filled?: boolean } = {}) => {
  const { filled = false, ...rest } = options;
  const each = { message: `a list of: ${NAMES[kind].allowed}`, each: true };
  const list = { message: `a ${filled ? 'non-empty ' : ''}list without duplicates` };
  const size = { ...(filled && { minItems: 1 }), maxItems: MAX_ITEMS, uniqueItems: true };
  const items = { type: 'string', maxLength: MAX_ITEM, ...documentOf(kind) } as const;
  return Field(
    { type: 'array', items, ...size, ...rest },
    Matches(NAMES[kind].pattern, each),
    MaxLength(MAX_ITEM, { message: `at most ${MAX_ITEM} characters`, each: true }),
    DistinctItems(list.message),
    ArrayMaxSize(MAX_ITEMS, LIST_SIZE),
    ...(filled ? [ArrayNotEmpty(list)] : []),
    IsArray(list),
  );
};

/** A list of distinct free texts. */
export const TextListField = (options: FieldOptions = {}) =>
  Field(
    { type: [String], ...options },
    MaxLength(MAX_ITEM, { message: `a list of texts, at most ${MAX_ITEM} characters each`, each: true }),
    DistinctItems('a list without duplicates'),
    ArrayMaxSize(MAX_ITEMS, LIST_SIZE),
    IsArray({ message: 'a list of texts' }),
  );

/** A field that a predicate accepts. */
export const CheckedField = (
  options: FieldOptions & ApiPropertyOptions,
  allowed: string,
  holds: (value: unknown) => boolean,
) => Field(options, ValidateBy({ name: 'holds', validator: { validate: holds } }, { message: allowed }));

/** An absolute http or https URL. */
export const HttpUrlField = (options: FieldOptions = {}) =>
  CheckedField(
    { type: String, ...options },
    `an absolute http or https URL without credentials or fragment, at most ${MAX_URL} characters`,
    (value) => isHttpUrl(value) && value.length <= MAX_URL,
  );

/** An RFC 3339 time. */
export const TimeField = (options: FieldOptions = {}) =>
  CheckedField(
    { type: String, format: 'date-time', ...options },
    'an RFC 3339 time, such as 2026-12-01T00:00:00.000Z',
    isTime,
  );

interface Bounds {
  minimum: number;
  maximum: number;
}

const integerChecks = ({ minimum, maximum }: Bounds, allowed: string): PropertyDecorator[] => [
  IsInt({ message: allowed }),
  Min(minimum, { message: allowed }),
  Max(maximum, { message: allowed }),
];

/** An integer within bounds. */
export const IntegerField = (options: FieldOptions & Bounds & { default?: number }, allowed: string) =>
  Field({ type: 'integer', ...options }, ...integerChecks(options, allowed));

/** An object with fields of its own. */
export const ObjectField = (type: Type<object>, allowed: string, options: FieldOptions = {}) =>
  Field({ type, ...options }, Nested(type), IsObject({ message: allowed }));

const DIGITS = /^-?\d+$/;
const wholeNumber = (given: unknown): unknown =>
  typeof given === 'string' && DIGITS.test(given) ? Number(given) : given;

/** An integer in the query of a URL. */
export const IntegerQuery = (options: Bounds & { default: number }, allowed: string) =>
  applyDecorators(
    ApiProperty({ type: 'integer', required: false, ...options }),
    IsOptional(),
    ReadAs(wholeNumber),
    ...integerChecks(options, allowed),
  );

/** A query parameter that filters a list. */
export const FilterQuery = (description: string) =>
  applyDecorators(
    ApiProperty({ type: String, required: false, description }),
    IsOptional(),
    IsString({ message: 'one value' }),
  );

/** A query parameter that filters a list by one of a few values. */
export const ChoiceQuery = (values: readonly string[], description?: string) =>
  applyDecorators(
    ApiProperty({ enum: values, required: false, ...(description !== undefined && { description }) }),
    IsOptional(),
    IsIn(values, { message: values.join(', ') }),
  );
