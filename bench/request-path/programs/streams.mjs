import { Agent, request } from 'node:http';
import { mcpRequest } from './request.mjs';

const OPENING_AT_ONCE = 50;
const RESULT = '"result":{"resultType":"complete"';

/**
 * @typedef {{url: string, token: string}} Target
 * @typedef {import('node:http').IncomingMessage} Response
 */

/**
 * @param {Target} target @param {Agent} agent @param {string} method @param {Record<string, unknown>} params
 * @returns {Promise<Response>} once its head is there; @throws Error on another status than 200
 */
async function open({ url, token }, agent, method, params) {
  const { headers, body } = mcpRequest(token, method, params);
  /** @type {Response} */
  const response = await new Promise((resolve, reject) => {
    const options = {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    };
    request(url, options, resolve).on('error', reject).end(body);
  });
  if (response.statusCode === 200) return response;
  throw new Error(`${response.statusCode} ${(await response.toArray()).join('').slice(0, 1000)}`);
}

/** Reads a stream of events to its end. @param {Response} response @returns {Promise<number>} events */
async function readEvents(response) {
  let events = 0;
  let last = '';
  for await (const chunk of response) {
    // A separator may be split between two chunks.
    const text = last.slice(-1) + chunk;
    events += text.split('\n\n').length - 1;
    last = text;
  }
  if (!last.includes(RESULT)) throw new Error(`a stream ended without its result: ${last.slice(-500)}`);
  return events;
}

/**
 * Several streams of events at once, from open to end.
 * @param {Target & {tool: string, streams: number, count: number}} options `count` events on each
 * @returns {Promise<number>} events received in all
 */
export async function readStreams({ tool, streams, count, ...target }) {
  const agent = new Agent({ keepAlive: false });
  const params = { name: tool, arguments: { count } };
  const one = async () => readEvents(await open(target, agent, 'tools/call', params));
  const counts = await Promise.all(Array.from({ length: streams }, one));
  return counts.reduce((sum, events) => sum + events, 0);
}

/** Streams that were opened by `subscriptions/listen` and on which nothing happens. */
export class IdleStreams {
  constructor() {
    this.agent = new Agent({ keepAlive: false });
    /** @type {Response[]} */
    this.responses = [];
    this.ended = 0;
  }

  /** Opens more of them, a few at a time. @param {Target} target @param {number} count */
  async open(target, count) {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await this.openOne(target);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, worker));
  }

  /** @throws Error if one was ended by the other side */
  assertOpen() {
    if (this.ended > 0) throw new Error(`${this.ended} of ${this.responses.length} idle streams were ended`);
  }

  close() {
    for (const response of this.responses) response.destroy();
    this.responses = [];
  }

  /** @param {Target} target */
  async openOne(target) {
    const response = await open(target, this.agent, 'subscriptions/listen', {
      notifications: { toolsListChanged: true },
    });
    this.responses.push(response);
    const acknowledged = Promise.withResolvers();
    response.on('data', acknowledged.resolve);
    response.on('error', () => undefined);
    response.on('end', () => this.ended++);
    await acknowledged.promise;
  }
}
