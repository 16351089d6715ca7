import { invalidField, type RegistryError } from '#libs/registry';
import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { IntegerQuery } from './fields.js';

const MAX_LIMIT = 500;
const DEFAULT_LIMIT = 100;

/** Which page of a list is asked for. */
export class PageQuery {
  @IntegerQuery({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }, `an integer, 1 to ${MAX_LIMIT}`)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: 'nextCursor of the previous page' })
  @IsOptional()
  @IsString({ message: 'a nextCursor' })
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * Cuts a page out of rows that were fetched with one more than the limit.
 * @param keyOf The sort key of a row: what the next page starts after.
 */
export function pageOf<R, T>(
  rows: R[],
  limit: number,
  keyOf: (row: R) => string[],
  render: (row: R) => T,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: items.map(render), nextCursor: more ? encodeCursor(keyOf(last)) : null };
}

const encodeCursor = (key: string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The sort key in a cursor, or null on the first page.
 * @throws RegistryError `validation` if the cursor is not one of this list.
 */
export function cursorKey(cursor: string | undefined, parts: number): string[] | null {
  if (cursor === undefined) return null;
  const key = parsed(Buffer.from(cursor, 'base64url').toString('utf8'));
  const isOurs =
    Array.isArray(key) &&
    key.length === parts &&
    key.every((part) => typeof part === 'string' && !part.includes('\0'));
  if (!isOurs) throw foreignCursor(cursor);
  return key as string[];
}

/** Says that a cursor is not one of this list. */
export const foreignCursor = (cursor: string | undefined): RegistryError =>
  invalidField('cursor', cursor, 'a nextCursor of this list', 'cursor is not valid');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The pattern of SQL's LIKE for a text that stands anywhere. */
export const within = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** The class of a page of such views, for the OpenAPI document. */
export function PageOf<T>(view: Type<T>) {
  class PageView {
    @ApiProperty({ type: String, nullable: true })
    nextCursor!: string | null;

    @ApiProperty({ type: [view] })
    items!: T[];
  }
  return PageView;
}
