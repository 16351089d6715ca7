import { HttpConnection } from './http-connection.mjs';
import { callBytes } from './request.mjs';

const OK = Buffer.from('HTTP/1.1 200 ');
const RESULT = '"result":{"resultType":"complete"';
/** How long before its time a call is waited for by turning, milliseconds: timers are only exact to one. */
const TURNING_MS = 1.5;
const MAX_CONNECTIONS = 500;

/** Tool calls to one URL over connections that stay open until `close`. */
export class Calls {
  /** @param {URL} url @param {HttpConnection[]} connections @param {Buffer} request */
  constructor(url, connections, request) {
    this.url = url;
    this.connections = connections;
    this.request = request;
  }

  /** @param {{url: string, token: string, tool: string, connections: number}} target @returns {Promise<Calls>} */
  static async open({ url, token, tool, connections }) {
    const at = new URL(url);
    const opened = Array.from({ length: connections }, () => HttpConnection.open(at));
    return new Calls(at, await Promise.all(opened), callBytes(at, token, tool));
  }

  /**
   * Each connection makes its next call when the one before is answered.
   * @param {number} count calls in all
   * @returns {Promise<number>} bytes of the answers
   */
  async closedLoop(count) {
    let left = count;
    let bytes = 0;
    const work = async (/** @type {unknown} */ _, /** @type {number} */ i) => {
      while (left-- > 0) bytes += await this.callOn(i);
    };
    await Promise.all(this.connections.map(work));
    return bytes;
  }

  /**
   * Calls that begin at fixed times, whatever became of the ones before.
   * @param {number} rate per second @param {number} count
   * @returns {Promise<number[]>} milliseconds from the time when each was due until its answer was whole
   */
  async openLoop(rate, count) {
    const free = [...this.connections];
    /** @type {Promise<number>[]} */
    const latencies = [];
    const begin = performance.now() + 10;
    for (let i = 0; i < count; i++) {
      const due = begin + (i * 1000) / rate;
      await until(due);
      const latency = this.timed(free, due);
      // Promise.all reports it in the end.
      latency.catch(() => undefined);
      latencies.push(latency);
    }
    return Promise.all(latencies);
  }

  close() {
    for (const connection of this.connections) connection.close();
  }

  /** @param {HttpConnection[]} free @param {number} due */
  async timed(free, due) {
    const connection = free.shift() ?? (await this.openAnother());
    await this.call(connection);
    if (connection.isLast) this.connections.splice(this.connections.indexOf(connection), 1);
    else free.push(connection);
    return performance.now() - due;
  }

  /** As an agent would where all of its connections are busy. The time that it takes is part of the latency. */
  async openAnother() {
    if (this.connections.length >= MAX_CONNECTIONS)
      throw new Error(`${MAX_CONNECTIONS} calls are under way: this machine cannot keep up with the rate`);
    const connection = await HttpConnection.open(this.url);
    this.connections.push(connection);
    return connection;
  }

  /** Over the connection at this place, or its successor: nginx closes one after 1,000 calls. @param {number} i */
  async callOn(i) {
    const connection = this.connections[i];
    if (connection !== undefined && !connection.isLast) return this.call(connection);
    const next = await HttpConnection.open(this.url);
    this.connections[i] = next;
    return this.call(next);
  }

  /** @param {HttpConnection} connection */
  async call(connection) {
    const answer = await connection.send(this.request);
    if (answer.indexOf(OK) !== 0 || !answer.includes(RESULT))
      throw new Error(answer.toString().slice(0, 1000));
    return answer.length;
  }
}

/** @param {number} due */
async function until(due) {
  const wait = due - performance.now() - TURNING_MS;
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
}
