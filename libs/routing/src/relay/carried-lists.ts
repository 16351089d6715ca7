import { listKindOf, type Exchange } from '#libs/auth';
import { LIST_KINDS, type ListView } from '#libs/envelope';
import { listens } from '../request/listens.js';

/**
 * True if the response to this request may hold something that the caller must not see, or that caches must not share.
 * Lists answer the list methods, and anything may come on a GET stream: a resumed stream has no memory of what was asked.
 * News of resources come on GET streams (legacy) and on `subscriptions/listen` (modern).
 */
export function needsFilter(exchange: Exchange, view: ListView): boolean {
  if (listens(exchange)) return !view.mayReadResources || LIST_KINDS.some((kind) => view.hides(kind));
  const { envelope } = exchange;
  const kind = listKindOf(envelope?.method ?? null);
  if (kind === undefined) return false;
  // Legacy results have no cacheScope.
  return view.hides(kind) || (envelope?.era === 'modern' && view.isPrivate(kind));
}
