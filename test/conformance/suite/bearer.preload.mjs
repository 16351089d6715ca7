/**
 * Loaded into the official suite: adds a bearer token to its requests to one origin, and to no other. The suite sends
 * with `fetch`, with undici of its own, and, where the exact form of headers matters, with `node:http`.
 */
import { subscribe } from 'node:diagnostics_channel';
import http from 'node:http';

/** A request of undici. @typedef {{origin: unknown, addHeader: (name: string, value: string) => void}} CreatedRequest */

const { CONFORMANCE_BEARER_ORIGIN: origin, CONFORMANCE_BEARER_TOKEN: token } = process.env;

if (origin !== undefined) {
  const authorization = `Bearer ${token}`;
  subscribe('undici:request:create', (message) => {
    const { request } = /** @type {{request: CreatedRequest}} */ (message);
    if (String(request.origin) === origin) request.addHeader('authorization', authorization);
  });
  const send = http.request;
  http.request = (/** @type {unknown[]} */ ...args) => {
    /** @type {http.ClientRequest} */
    const request = Reflect.apply(send, http, args);
    if (`${request.protocol}//${String(request.getHeader('host'))}` === origin)
      request.setHeader('authorization', authorization);
    return request;
  };
}
