const MASK = '[redacted]';
const MAX_DEPTH = 8;

/** What is a secret wherever it appears in a text. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // Access, admin and join tokens, whole or cut.
  [/\bcw[ajy]_[0-9A-Za-z]+/g, MASK],
  // Compact JWS and JWT (RFC 7515 §3.1).
  [/\beyJ[\w-]+\.[\w-]*\.[\w-]*/g, MASK],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, MASK],
  // Authorization and cookies, in a header or a dump of headers.
  [/\b(Bearer|Basic|Digest)\s+[^\s"',]+/gi, `$1 ${MASK}`],
  [
    /\b((?:proxy-)?authorization|set-cookie|cookie|causeway-hop)(["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi,
    `$1$2${MASK}`,
  ],
  // User info of a URL: all of it, since a token may stand where the user name is expected. The last @ before the
  // path ends it, for passwords are not always encoded.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"']*@/gi, `$1${MASK}@`],
  [/\b(password|passwd|secret|token|api[_-]?key)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, `$1$2${MASK}`],
];

/** Fields whose value is a secret whatever it looks like. */
const SECRET_FIELD =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|password|secret|token|jointoken|masterkey|datakey|key|privatekey|databaseurl|bootstrapadmintoken|causeway-hop)$/i;

/** C1 controls, line and paragraph separators: JSON leaves them as they are, terminals and log readers act on them. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for.
const ACTIVE = /[\u007f-\u009f\u2028\u2029]/g;

/** The text without secrets. Control characters that JSON does not escape are made visible. */
export function redactText(text: string): string {
  const redacted = SECRETS.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), text);
  return redacted.replace(ACTIVE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy of any value without secrets, fit for JSON. Bytes are left out: a log is no place for them. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (depth >= MAX_DEPTH) return '[nested too deeply]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Map) return redact(Object.fromEntries(value), depth);
  if (value instanceof Set) return redact([...value], depth);
  return redactFields(value, depth);
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    redactText(name),
    SECRET_FIELD.test(name) ? MASK : redact(field, depth + 1),
  ]);
  return Object.fromEntries(fields);
}

/** Name, message, stack and cause only: drivers attach connection parameters and queries to their errors. */
function redactError(error: Error & { code?: unknown }, depth: number): Record<string, unknown> {
  return {
    type: redactText(error.name),
    message: redactText(error.message),
    ...(typeof error.code === 'string' && { code: redactText(error.code) }),
    ...(error.stack !== undefined && { stack: redactText(error.stack) }),
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  };
}
