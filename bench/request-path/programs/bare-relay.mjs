/**
 * The yardstick: the least that a relay of HTTP requests on Node does, without identity, policy, audit or metrics. It
 * streams the answer with back-pressure, and ends the next request when its own caller goes away.
 */
import { createServer } from 'node:http';
import { Pool } from 'undici';

/** Longer than any pause between two rounds, so that no round pays for connections that were closed in between. */
const KEEP_ALIVE_MS = 75_000;

const target = new URL(process.env.TARGET ?? '');
const pool = new Pool(target.origin, { keepAliveTimeout: KEEP_ALIVE_MS });

/**
 * Passes the answer on as it comes.
 * @param {import('node:http').ServerResponse} response
 * @returns {import('undici').Dispatcher.DispatchHandler}
 */
const relayTo = (response) => ({
  onRequestStart(controller) {
    response.once('close', () => {
      if (!response.writableFinished) controller.abort(new Error('the caller has gone away'));
    });
  },
  onResponseStart(_, status, headers) {
    const kept = ['content-type', 'content-length'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, headers[name]]],
    );
    response.writeHead(status, Object.fromEntries(kept));
  },
  onResponseData(controller, chunk) {
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  },
  onResponseEnd: () => void response.end(),
  onResponseError: () => void response.destroy(),
});

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () =>
    pool.dispatch(
      {
        path: target.pathname,
        method: /** @type {import('undici').Dispatcher.HttpMethod} */ (request.method),
        headers: { 'content-type': request.headers['content-type'], accept: request.headers.accept },
        body: Buffer.concat(chunks),
      },
      relayTo(response),
    ),
  );
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(Number(process.env.PORT), '127.0.0.1');
