/** The lists of MCP, by the member of a result that holds them; the method that asked does not matter. */
export type ListKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

export const LIST_KINDS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;

/** What the reader of a response may see of lists, and learn about resources. */
export interface ListView {
  /** True if items of this kind may have to be removed. */
  hides(kind: ListKind): boolean;
  /** @param name what identifies the item: `name`, `uri` or `uriTemplate`. */
  maySee(kind: ListKind, name: string): boolean;
  /** True if lists of this kind differ between callers, so that no cache may share them. */
  isPrivate(kind: ListKind): boolean;
  /** True if `notifications/resources/updated` may go to the reader. */
  readonly mayReadResources: boolean;
}
