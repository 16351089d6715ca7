import type { Fetch } from './watched-wire.js';

const SAFE_REQUEST_HEADERS = new Set(['accept', 'accept-language', 'content-language']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'POST']);
const SAFE_RESPONSE_HEADERS = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);
const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/** The error that a script gets for a response that it may not read. */
const blocked = (why: string): TypeError => new TypeError(`Failed to fetch (${why})`);

const namesIn = (headers: Headers, name: string): Set<string> =>
  new Set((headers.get(name) ?? '').split(',').map((item) => item.trim().toLowerCase()));

/**
 * `fetch` under the rules of a browser for a page of this origin (Fetch §3.2 and §4.8): requests are preflighted, and a
 * script may read some answers not at all, and of others only some headers. Preflights are not cached.
 */
export function browserFetch(origin: string): Fetch {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const method = init.method ?? 'GET';
    const unsafe = [...headers.keys()].filter((name) => !SAFE_REQUEST_HEADERS.has(name)).toSorted();
    if (unsafe.length > 0 || !SAFE_METHODS.has(method)) await preflight(url, origin, method, unsafe);
    headers.set('origin', origin);
    return readable(await fetch(url, { ...init, headers, redirect: 'manual' }), origin);
  };
}

async function preflight(url: string | URL, origin: string, method: string, names: string[]): Promise<void> {
  const asked = { origin, 'access-control-request-method': method };
  const answer = await fetch(url, {
    method: 'OPTIONS',
    headers: { ...asked, 'access-control-request-headers': names.join(',') },
  });
  await answer.arrayBuffer();
  assertShared(answer, origin);
  if (!answer.ok) throw blocked(`preflight ${answer.status}`);
  const methods = namesIn(answer.headers, 'access-control-allow-methods');
  if (!SAFE_METHODS.has(method) && !methods.has(method.toLowerCase())) throw blocked(`method ${method}`);
  const allowed = namesIn(answer.headers, 'access-control-allow-headers');
  const refused = names.find((name) => !allowed.has(name) && (name === 'authorization' || !allowed.has('*')));
  if (refused !== undefined) throw blocked(`header ${refused}`);
}

function assertShared({ headers }: Response, origin: string): void {
  const allowed = headers.get('access-control-allow-origin');
  if (allowed !== '*' && allowed !== origin) throw blocked(`origin ${allowed ?? 'not allowed'}`);
}

/** The response without the headers that the server does not expose. */
function readable(response: Response, origin: string): Response {
  assertShared(response, origin);
  const exposed = namesIn(response.headers, 'access-control-expose-headers');
  const headers = new Headers();
  for (const [name, value] of response.headers)
    if (SAFE_RESPONSE_HEADERS.has(name) || exposed.has(name) || exposed.has('*')) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(WITHOUT_BODY.has(status) ? null : response.body, { status, statusText, headers });
}
