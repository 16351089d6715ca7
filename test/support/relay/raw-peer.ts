import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A whole request as it came. */
export interface RawSeen {
  head: string;
  body: string;
}

export type RawAnswer = (socket: Socket, request: RawSeen) => void;

/** A peer that says exactly the bytes it is given, HTTP or not. */
export interface RawPeer {
  url: string;
  seen: RawSeen[];
  /** Connections so far. */
  connections: number;
  /** Set by each case; called for each whole request. */
  answer: RawAnswer;
  close(): Promise<void>;
}

export async function startRawPeer(host = '127.0.0.1'): Promise<RawPeer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    peer.connections++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    readRequests(socket, (request) => {
      peer.seen.push(request);
      peer.answer(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const shown = host.includes(':') ? `[${host}]` : host;
  const peer: RawPeer = {
    url: `http://${shown}:${(server.address() as AddressInfo).port}/mcp`,
    seen: [],
    connections: 0,
    answer: (socket) => void socket.end(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;
}

/** Requests of gateways have a length, never chunks. */
function readRequests(socket: Socket, take: (request: RawSeen) => void): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const body = text.slice(end + 4, end + 4 + length);
      text = text.slice(end + 4 + length);
      take({ head, body });
    }
  });
}

/** A head with CRLF line ends. */
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** An answer in one piece, and the connection stays open. */
export const whole =
  (lines: readonly string[], body = ''): RawAnswer =>
  (socket) =>
    void socket.write(head(...lines, `content-length: ${Buffer.byteLength(body)}`) + body);

/** These bytes, then the end of the connection. */
export const bytesAndEnd =
  (bytes: string | Buffer): RawAnswer =>
  (socket) =>
    void socket.end(bytes);

/** The request id in the hop context of a request that a gateway sent. */
export function requestIdIn({ head: text }: RawSeen): string {
  const token = /\r\ncauseway-hop: *[^.\s]+\.([^.\s]+)\./i.exec(text)?.[1];
  if (token === undefined) throw new Error('The request has no hop context');
  const claims = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Record<string, unknown>;
  return String(claims['rid']);
}
