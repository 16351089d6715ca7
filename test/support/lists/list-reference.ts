import { LIST_KINDS, type ListKind, type ListView } from '#libs/envelope';

const IDENTITY: Record<ListKind, string> = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
};

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What the reader of a body may see, said the long way round, on values: `undefined` if nothing. For bodies in which no
 * reader can take one key for another.
 */
export function visibleBody(body: unknown, view: ListView): unknown {
  if (!Array.isArray(body)) return visibleMessage(body, view);
  const visible = body.map((message) => visibleMessage(message, view)).filter((m) => m !== undefined);
  return visible.length === 0 && body.length > 0 ? undefined : visible;
}

function visibleMessage(message: unknown, view: ListView): unknown {
  if (!isObject(message)) return message;
  if (message['method'] === 'notifications/resources/updated' && !view.mayReadResources) return undefined;
  return isObject(message['result'])
    ? { ...message, result: visibleResult(message['result'], view) }
    : message;
}

function visibleResult(result: Json, view: ListView): Json {
  const kinds = LIST_KINDS.filter((kind) => kind in result);
  const cut = kinds.filter((kind) => view.hides(kind));
  const lists = cut.map((kind) => [kind, visibleItems(result[kind], kind, view)] as const);
  const isPrivate = 'cacheScope' in result && kinds.some((kind) => view.isPrivate(kind));
  return { ...result, ...Object.fromEntries(lists), ...(isPrivate ? { cacheScope: 'private' } : {}) };
}

function visibleItems(list: unknown, kind: ListKind, view: ListView): unknown[] {
  if (!Array.isArray(list)) return [];
  return list.filter((item: unknown) => {
    const name = isObject(item) ? item[IDENTITY[kind]] : null;
    return typeof name === 'string' && name.isWellFormed() && view.maySee(kind, name);
  });
}
