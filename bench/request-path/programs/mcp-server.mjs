/**
 * The MCP server of the bench. What it answers depends on the tool that is called; it does nothing else, since its cost
 * is nobody's figure. Streams are paced (an event on each stream every millisecond) or come as fast as they are taken.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ACKNOWLEDGED, EVENT, JSON_ANSWERS, LAST_EVENT } from './answers.mjs';

const KEEP_ALIVE_MS = 75_000;
const TICK_MS = 1;

/**
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{response: Response, left: number}} Paced
 */

/** @type {Set<Paced>} */
const paced = new Set();

setInterval(() => {
  for (const stream of paced) {
    if (stream.left-- > 0) stream.response.write(EVENT);
    else finish(stream);
  }
}, TICK_MS);

/** @param {Paced} stream */
function finish(stream) {
  paced.delete(stream);
  stream.response.end(LAST_EVENT);
}

/** @param {Response} response */
const startStream = (response) => response.writeHead(200, { 'content-type': 'text/event-stream' });

/** @param {Response} response @param {number} count */
function sendPaced(response, count) {
  const stream = { response: startStream(response), left: count };
  paced.add(stream);
  response.once('close', () => paced.delete(stream));
}

/** @param {Response} response @param {number} count */
async function sendAtOnce(response, count) {
  startStream(response);
  for (let i = 0; i < count; i++) if (!response.write(EVENT)) await once(response, 'drain');
  response.end(LAST_EVENT);
}

/** @param {Response} response @param {Buffer} body */
const sendJson = (response, body) =>
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);

/** How the server answers, by the name of the tool or the method: whichever is found first in the request. */
const handlers = Object.entries({
  ...Object.fromEntries(
    Object.entries(JSON_ANSWERS).map(([tool, body]) => [
      tool,
      (/** @type {Response} */ to) => sendJson(to, body),
    ]),
  ),
  get_paced_events: (/** @type {Response} */ to, /** @type {Buffer} */ request) =>
    sendPaced(to, countOf(request)),
  get_burst_events: (/** @type {Response} */ to, /** @type {Buffer} */ request) =>
    sendAtOnce(to, countOf(request)),
  'subscriptions/listen': (/** @type {Response} */ to) => startStream(to).write(ACKNOWLEDGED),
});

/** @param {Buffer} request */
const countOf = (request) => Number(JSON.parse(request.toString()).params.arguments.count);

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const handler = handlers.find(([name]) => body.includes(name));
    if (handler === undefined) response.writeHead(400).end();
    else void handler[1](response, body);
  });
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.on('connection', (socket) => socket.setNoDelay(true));
server.listen(Number(process.env.PORT), '127.0.0.1');
