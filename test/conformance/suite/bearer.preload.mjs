/**
 * Loaded into the official suite: adds a bearer token to its requests to one origin, and to no other. The suite sends
 * with `fetch`, with undici of its own, and, where the exact form of headers matters, with `node:http`.
 */
import { subscribe } from 'node:diagnostics_channel';
import http from 'node:http';

const { CONFORMANCE_BEARER_ORIGIN: origin, CONFORMANCE_BEARER_TOKEN: token } = process.env;

if (origin !== undefined) {
  const authorization = `Bearer ${token}`;
  subscribe('undici:request:create', ({ request }) => {
    if (String(request.origin) === origin) request.addHeader('authorization', authorization);
  });
  const send = http.request;
  http.request = (...args) => {
    const request = send(...args);
    if (`${request.protocol}//${String(request.getHeader('host'))}` === origin)
      request.setHeader('authorization', authorization);
    return request;
  };
}
