import type { Duplex } from 'node:stream';

/** How long a client that is still sending may take to see the answer, milliseconds. */
const LINGER_MS = 1000;

/**
 * Ends a connection half by half: a reset, which closing at once could cause, would overtake the answer on its way to a
 * client that is still sending (RFC 9112 §9.6).
 * @param last What is sent before.
 */
export function endLingering(socket: Duplex, last?: string): void {
  socket.end(last);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
