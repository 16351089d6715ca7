/** The lists of MCP: the member of a result that holds one, whichever method asked for it. */
export type ListKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

export const LIST_KINDS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;

/** What the reader of a response may see of lists, and be told of resources. */
export interface ListView {
  /** True if something of the kind may have to be cut out. */
  hides(kind: ListKind): boolean;
  /** @param name what identifies the item: `name`, `uri` or `uriTemplate`. */
  maySee(kind: ListKind, name: string): boolean;
  /** True if lists of the kind are not the same for every caller, so that no cache may share them. */
  isPrivate(kind: ListKind): boolean;
  /** True if `notifications/resources/updated` may pass. */
  readonly mayReadResources: boolean;
}
