/** One container of a JSON text that is still open. */
interface Open {
  /** Names of its members so far; null for a list. */
  readonly names: Set<string> | null;
  /** Name or index of the member under way. */
  at: string | number;
  isBeforeName: boolean;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Dotted path of the first field that an object of this text has twice, or null. Such a text has no meaning that all readers
 * agree on (RFC 8259 §4).
 * @param json Well-formed JSON.
 */
export function repeatedField(json: string): string | null {
  const open: Open[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), at: '', isBeforeName: true });
    else if (token === '[') open.push({ names: null, at: 0, isBeforeName: false });
    else if (token === '}' || token === ']') open.pop();
    else if (inner !== undefined && !isNewName(inner, token)) return open.map(({ at }) => at).join('.');
  }
  return null;
}

/** Takes a token within a container; false if it is a name that the container has already. */
function isNewName(inner: Open, token: string): boolean {
  const { names } = inner;
  if (token === ',' && names === null) inner.at = Number(inner.at) + 1;
  if (token === ',' || token === ':') inner.isBeforeName = token === ',' && names !== null;
  if (!inner.isBeforeName || names === null || token === ',') return true;
  inner.at = JSON.parse(token) as string;
  const isNew = !names.has(inner.at);
  names.add(inner.at);
  return isNew;
}
