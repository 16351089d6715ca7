import { LIST_KINDS, type ListKind } from '#libs/envelope';
import type { CompiledPolicy } from '#libs/snapshot';

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

/** A policy that a newer control plane wrote, with a condition unknown here, grants nothing. */
export const mayGrant = (policy: CompiledPolicy): boolean => policy.effect === 'allow' && !policy.restricted;

/**
 * True if the policy denies the whole server: it names nothing less, or every method. With an unknown condition it does, to be
 * on the safe side.
 */
export const deniesServer = (policy: CompiledPolicy): boolean =>
  policy.effect === 'deny' &&
  (policy.restricted || (policy.methods === null ? policy.tools === null : policy.methods.matchesAll));

/**
 * True if the policy grants the method on at least one tool. `tools` alone grants listing and calling; `methods` grants
 * what it names; neither of them grants everything.
 */
export function grantsMethod(policy: CompiledPolicy, method: string): boolean {
  const ofTools = method === CALL_TOOL || method === LIST_TOOLS;
  if (policy.tools !== null && ofTools) return true;
  return policy.methods === null ? policy.tools === null : policy.methods.matches(method);
}

/** True if the policy's `tools` cover the tool. A tool whose name cannot be read is covered by «all» only. */
export const coversTool = (policy: CompiledPolicy, tool: string | null): boolean =>
  policy.tools === null || (tool !== null && policy.tools.matches(tool));

export function grants(policy: CompiledPolicy, { method, tool }: Operation): boolean {
  if (method === null || belongsToProtocol(method)) return true;
  return grantsMethod(policy, method) && (method !== CALL_TOOL || coversTool(policy, tool));
}

export const deniesMethod = (policy: CompiledPolicy, method: string | null): boolean =>
  method !== null && policy.methods !== null && policy.methods.matches(method);

/** A tool whose name cannot be read could be any, hence is denied by every denial of tools. */
export const deniesTool = (policy: CompiledPolicy, tool: string | null): boolean =>
  policy.tools !== null && (tool === null || policy.tools.matches(tool));
