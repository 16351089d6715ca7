/** An answer of the admin API with another status than 2xx. `problem` is its RFC 9457 document. */
export class AdminApiError extends Error {
  /** @param {string} method @param {string} path @param {number} status @param {unknown} problem */
  constructor(method, path, status, problem) {
    super(`${method} ${path}: ${status} ${JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * JSON as the admin API documents it, which the caller knows.
 * @typedef {any} Json
 * @typedef {{status: number, headers: Headers, body: Json}} Answer
 * @typedef {ReturnType<typeof adminApi>} AdminApi
 */

/**
 * A client of the admin API. Every call resolves with the parsed body of a 2xx answer. @throws AdminApiError
 * @param {string} controlPlaneUrl
 * @param {string} token
 */
export function adminApi(controlPlaneUrl, token) {
  /** @type {(method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Answer>} */
  const request = async (method, path, body, headers = {}) => {
    /** @type {Record<string, string>} */
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${controlPlaneUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) };
  };
  /** @type {(method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Json>} */
  const accepted = async (method, path, body, headers) => {
    const answer = await request(method, path, body, headers);
    if (answer.status >= 300) throw new AdminApiError(method, path, answer.status, answer.body);
    return answer.body;
  };
  return {
    request,
    get: (/** @type {string} */ path) => accepted('GET', path),
    post: (/** @type {string} */ path, /** @type {object} */ body) => accepted('POST', path, body),
    delete: (/** @type {string} */ path) => accepted('DELETE', path),
    /** Replaces a resource as it was last read, under its ETag. */
    put: async (/** @type {string} */ path, /** @type {object} */ body) => {
      const { headers } = await request('GET', path);
      return accepted('PUT', path, body, { 'if-match': headers.get('etag') ?? '*' });
    },
  };
}

/** @param {string} text @returns {Json} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
