/** The yardstick: the least that a relay of HTTP requests on Node does, without identity, policy, audit or metrics. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const target = new URL(process.env.TARGET);
const pool = new Pool(target.origin);

/** Passes the response on as it comes. */
const relayTo = (response) => ({
  onRequestStart() {},
  onResponseStart(_, status, headers) {
    response.writeHead(status, {
      'content-type': headers['content-type'],
      'content-length': headers['content-length'],
    });
  },
  onResponseData: (_, chunk) => response.write(chunk),
  onResponseEnd: () => response.end(),
  onResponseError: () => response.destroy(),
});

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () =>
    pool.dispatch(
      {
        path: target.pathname,
        method: request.method,
        headers: { 'content-type': request.headers['content-type'], accept: request.headers.accept },
        body: Buffer.concat(chunks),
      },
      relayTo(response),
    ),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
