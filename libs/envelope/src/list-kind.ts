/** The lists of MCP: the member of a result that holds one, whichever method asked for it. */
export type ListKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

export const LIST_KINDS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;
