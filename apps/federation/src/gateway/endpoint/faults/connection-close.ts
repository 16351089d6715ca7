import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client that is still sending may take to see the answer, milliseconds. */
const LINGER_MS = 1000;

const ending = new WeakSet<Duplex>();

/**
 * Says that the answer to this request, which must tell the client so, is the last one of its connection: the server would
 * go on to execute what comes behind the request, and nobody could be told the outcome (RFC 9112 §9.6).
 */
export function makeLast({ socket }: IncomingMessage): void {
  ending.add(socket);
}

/** True if the last answer of this connection has been given, or is about to be. */
export const hasLastAnswer = ({ socket }: IncomingMessage): boolean => ending.has(socket);

/**
 * Ends a connection half by half: a reset, which closing at once could cause, would overtake the answer on its way to a
 * client that is still sending (RFC 9112 §9.6).
 * @param last What is sent before.
 */
export function endLingering(socket: Duplex, last?: string): void {
  socket.end(last);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
