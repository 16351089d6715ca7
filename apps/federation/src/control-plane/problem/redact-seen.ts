const SECRET = /cw[ajy]_[0-9A-Za-z]*|-----BEGIN[\s\S]*|\/\/[^/@\s]*@/;
const SECRET_FIELD = /token|secret|password|authorization|credential|key$/i;
const MAX_SEEN = 200;

/** What a problem document may show of a refused value: never a secret, and only the beginning of a long text. */
export function redactSeen(field: string, seen: unknown): unknown {
  if (SECRET_FIELD.test(field)) return '(secret)';
  if (seen === undefined || seen === null || typeof seen === 'boolean' || typeof seen === 'number')
    return seen;
  const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
  if (SECRET.test(text) || (typeof seen === 'object' && SECRET_FIELD.test(text))) return '(secret)';
  return text.length > MAX_SEEN ? `${text.slice(0, MAX_SEEN)}…` : seen;
}
