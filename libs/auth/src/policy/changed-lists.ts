import type { ListKind } from '#libs/envelope';
import type { Access } from './access.js';

/** The lists whose change MCP announces: resources and their templates share `notifications/resources/list_changed`. */
export type AnnouncedList = 'tools' | 'prompts' | 'resources';

const KINDS_BY_LIST: readonly (readonly [AnnouncedList, readonly ListKind[]])[] = [
  ['tools', ['tools']],
  ['prompts', ['prompts']],
  ['resources', ['resources', 'resourceTemplates']],
];

/**
 * The lists of which the caller may now see other items than before. Cheap enough to be asked for every open stream on
 * every change of the configuration: nothing is compared where both are the same object.
 */
export function changedLists(before: Access, after: Access): AnnouncedList[] {
  if (before === after) return [];
  return KINDS_BY_LIST.filter(([, kinds]) =>
    kinds.some((kind) => before.viewOf(kind) !== after.viewOf(kind)),
  ).map(([list]) => list);
}
