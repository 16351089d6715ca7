import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one connection: `near` is the client's end, `far` opens the way to the real server. */
export type Fault = (near: Socket, far: () => Socket) => void;

/** A TCP proxy that can spoil connections in ways in which networks and peers do. */
export class FaultProxy {
  /** Holds for connections made from now on. */
  fault: Fault = pass;
  /** Connections so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly port: number;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => {
      this.connections++;
      this.hold(near);
      this.fault(near, () =>
        this.hold(connect({ host: target.hostname, port: Number(target.port), noDelay: true })),
      );
    });
  }

  static async to(url: string): Promise<FaultProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, new URL(url));
  }

  /** The target's URL with the proxy in its place. */
  get url(): string {
    return `http://127.0.0.1:${this.port}${this.target.pathname === '/' ? '' : this.target.pathname}`;
  }

  /** Closes the port, and what is open. */
  async refuse(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Opens the port again and passes everything. */
  async restore(): Promise<void> {
    this.fault = pass;
    this.drop();
    if (this.server.listening) return;
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Breaks every open connection. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    if (this.server.listening) await this.refuse();
  }

  private hold(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }
}

/** Nothing is wrong. */
export const pass: Fault = (near, far) => {
  const other = far();
  near.pipe(other).pipe(near);
};

export const closeAtOnce: Fault = (near) => void near.resume().end();

/** The request has arrived, and nobody has seen it. */
export const resetOnRequest: Fault = (near) => void near.once('data', () => near.resetAndDestroy());

/** Takes everything and does nothing, as a peer behind a dead firewall. */
export const blackHole: Fault = (near) => void near.resume();

/** The request is executed; the answer gets lost. */
export const loseAnswer: Fault = (near, far) => {
  const other = far();
  near.pipe(other);
  other.resume();
};

export const garbage: Fault = (near) => void near.once('data', () => near.end(randomBytes(4096)));

/** How a connection stops: in order, by a reset, or without a word. */
type Ending = 'end' | 'reset' | 'silence';

const ENDINGS: Record<Ending, (near: Socket) => void> = {
  end: (near) => void near.end(),
  // What was written must have left before a reset, which would overtake it.
  reset: (near) => void setTimeout(() => near.resetAndDestroy(), 20),
  silence: () => undefined,
};

/** The answer up to and with this text, and then no more. */
export const stopBehind =
  (text: string, how: Ending): Fault =>
  (near, far) => {
    const other = far();
    near.pipe(other);
    let seen = '';
    let isOver = false;
    other.on('data', (chunk: Buffer) => {
      if (isOver) return;
      const before = seen.length;
      seen += chunk.toString('latin1');
      const at = seen.indexOf(text);
      isOver = at >= 0;
      if (isOver) near.write(chunk.subarray(0, at + text.length - before), () => ENDINGS[how](near));
      else near.write(chunk);
    });
  };

/** The answer in pieces of so many bytes. */
export const drip =
  (bytes: number, everyMs: number): Fault =>
  (near, far) => {
    const other = far();
    near.pipe(other);
    const drops = async (): Promise<void> => {
      for await (const chunk of other as AsyncIterable<Buffer>)
        for (let at = 0; at < chunk.length && !near.destroyed; at += bytes) {
          near.write(chunk.subarray(at, at + bytes));
          await sleep(everyMs);
        }
      near.end();
    };
    drops().catch(() => near.destroy());
  };

export const delay =
  (ms: number): Fault =>
  (near, far) =>
    void setTimeout(() => pass(near, far), ms);
