import { LIST_KINDS, type ListKind } from '#libs/envelope';

/** What a request wants to do at an MCP server. */
export interface Operation {
  /** JSON-RPC method; null for GET and DELETE of the endpoint and for posted responses, which belong to the protocol. */
  readonly method: string | null;
  /** The tool of a `tools/call`, null if it names none that can be read. Ignored for other methods. */
  readonly tool: string | null;
}

export const CALL_TOOL = 'tools/call';
export const LIST_TOOLS = 'tools/list';
export const READ_RESOURCE = 'resources/read';

/** The methods that a caller needs so that items of a list mean something to it. */
export const METHODS_OF_LIST = {
  tools: { list: LIST_TOOLS, get: CALL_TOOL },
  prompts: { list: 'prompts/list', get: 'prompts/get' },
  resources: { list: 'resources/list', get: READ_RESOURCE },
  resourceTemplates: { list: 'resources/templates/list', get: READ_RESOURCE },
} as const satisfies Record<ListKind, { list: string; get: string }>;

const KIND_BY_METHOD: ReadonlyMap<string | null, ListKind> = new Map(
  LIST_KINDS.map((kind) => [METHODS_OF_LIST[kind].list, kind]),
);

/** What the results of this method list; undefined if it is no list method. */
export const listKindOf = (method: string | null): ListKind | undefined => KIND_BY_METHOD.get(method);

const PROTOCOL_METHODS = new Set(['initialize', 'ping', 'server/discover', 'subscriptions/listen']);

/** True for what a client needs to talk to a server at all; any allow on the server grants it. */
export const belongsToProtocol = (method: string | null): boolean =>
  method === null || PROTOCOL_METHODS.has(method) || method.startsWith('notifications/');
