import { listKindOf } from '#libs/auth';
import { LIST_KINDS, type ListView } from '#libs/envelope';
import { listens, type Asked } from '#libs/request';

/**
 * True if the response to this request may hold something that the caller must not see, or that caches must not share.
 * Lists answer the list methods, and anything may come on a GET stream: a resumed stream has no memory of what was asked.
 * News of resources come on GET streams (legacy) and on `subscriptions/listen` (modern).
 */
export function needsListFilter(asked: Asked, view: ListView): boolean {
  if (listens(asked)) return !view.mayReadResources || LIST_KINDS.some((kind) => view.hides(kind));
  const kind = listKindOf(asked.method);
  if (kind === undefined) return false;
  // Legacy results have no cacheScope.
  return view.hides(kind) || (asked.era === 'modern' && view.isPrivate(kind));
}
