import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../../support/relay/gateway-harness.js';
import { answersIn, type WireAnswer } from './wire-answer.js';

/** A TCP connection on which a test sends exactly the bytes that it wants. */
export class Wire {
  received = '';
  closed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('close', () => (this.closed = true));
    // A reset shows as a close; what came before it is what counts.
    socket.on('error', () => undefined);
  }

  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /** Each character is one byte. */
  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Says that nothing more will be sent. */
  finish(): void {
    this.socket.end();
  }

  /** Waits for this many whole responses, or for the end of the connection. */
  async answers(count: number, isHead = false): Promise<WireAnswer[]> {
    await until(() => this.closed || answersIn(this.received, isHead).answers.length >= count);
    return answersIn(this.received, isHead).answers;
  }

  async end(): Promise<void> {
    await until(() => this.closed);
  }

  destroy(): void {
    this.socket.destroy();
  }
}
