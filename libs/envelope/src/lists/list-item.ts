import { KeyTable } from '../json/key-table.js';
import { OPEN_BRACE, QUOTE } from '../json/bytes.js';
import type { JsonCursor } from '../json/cursor.js';
import type { ListKind } from './list-view.js';

/** The member that identifies an item, by the list in which it stands. */
const IDENTITY: Readonly<Record<ListKind, KeyTable<string>>> = {
  tools: new KeyTable(['name']),
  prompts: new KeyTable(['name']),
  resources: new KeyTable(['uri']),
  resourceTemplates: new KeyTable(['uriTemplate']),
};

/**
 * Consumes one element of a list.
 * @returns its name, or null if readers could disagree about it: it is not an object, has no name or two, or one that is not
 * a string.
 */
export function readItemName(cursor: JsonCursor, kind: ListKind): string | null {
  if (cursor.peek() !== OPEN_BRACE) {
    cursor.value();
    return null;
  }
  const identity = IDENTITY[kind];
  let name: string | null = null;
  let isClear = true;
  for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
    if (isOther(cursor, identity)) cursor.value();
    else {
      isClear &&= name === null && cursor.key === identity.words[0] && cursor.peek() === QUOTE;
      name = cursor.text();
    }
  }
  return isClear && name?.isWellFormed() ? name : null;
}

const isOther = (cursor: JsonCursor, identity: KeyTable<string>): boolean =>
  identity.isUnlike(cursor) || !identity.resembles(cursor.key);
