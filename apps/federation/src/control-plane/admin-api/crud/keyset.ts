import { MoreThan, type FindOptionsOrder, type FindOptionsWhere } from 'typeorm';
import { cursorKey, type PageQuery } from './page.js';

/** How to fetch one page of rows by name, and one row more, which tells whether there is a next page. */
export function byName({ limit, cursor }: PageQuery) {
  const after = cursorKey(cursor, 1)?.[0];
  const where: FindOptionsWhere<{ name: string }> = after === undefined ? {} : { name: MoreThan(after) };
  const order: FindOptionsOrder<{ name: string }> = { name: 'ASC' };
  return { where, order, take: limit + 1 };
}
