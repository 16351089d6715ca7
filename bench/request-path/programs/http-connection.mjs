import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/**
 * One connection of the load generator. It makes one request after another and understands just as much of HTTP/1.1 as
 * the answers need, so that the generator takes little from the processor that it shares with what is measured.
 */
export class HttpConnection {
  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.socket = socket;
    /** What of the answer has come. @type {Buffer[]} */
    this.received = [];
    this.bytes = 0;
    /** Bytes of the answer in all; 0: not known yet, -1: until the last chunk. */
    this.expected = 0;
    /** The server closes the connection after this answer. */
    this.isLast = false;
    /** @type {PromiseWithResolvers<Buffer> | null} */
    this.pending = null;
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  /** @param {URL} url @returns {Promise<HttpConnection>} */
  static async open(url) {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', () => resolve(null)).once('error', reject));
    return new HttpConnection(socket);
  }

  /** Sends a whole request. @param {Buffer} request @returns {Promise<Buffer>} the whole answer, head and body */
  send(request) {
    if (this.socket.destroyed || this.socket.readableEnded)
      return Promise.reject(new Error('the connection was closed'));
    this.pending = Promise.withResolvers();
    this.socket.write(request);
    return this.pending.promise;
  }

  close() {
    this.socket.destroy();
  }

  /** @param {Buffer} bytes */
  take(bytes) {
    this.received.push(bytes);
    this.bytes += bytes.length;
    if (this.expected === 0) this.readHead();
    if (!this.isWhole(bytes)) return;
    const answer = this.received.length === 1 ? bytes : Buffer.concat(this.received);
    this.received = [];
    this.bytes = 0;
    this.expected = 0;
    this.pending?.resolve(answer);
  }

  readHead() {
    const begin = Buffer.concat(this.received);
    const end = begin.indexOf(HEAD_END);
    if (end < 0) return;
    const head = begin.toString('latin1', 0, end);
    const length = /^content-length: *(\d+)/im.exec(head);
    this.isLast = /^connection: *close/im.test(head);
    this.expected = length === null ? -1 : end + HEAD_END.length + Number(length[1]);
  }

  /** @param {Buffer} last what came last */
  isWhole(last) {
    if (this.expected < 0) return last.subarray(-LAST_CHUNK.length).toString('latin1') === LAST_CHUNK;
    return this.expected > 0 && this.bytes >= this.expected;
  }

  /** @param {Error} error */
  fail(error) {
    this.pending?.reject(error);
  }
}
