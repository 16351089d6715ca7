import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** A rest this small is read and dropped, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;
/** How long a client that is still sending may take to see the answer, milliseconds. */
const LINGER_MS = 1000;

/**
 * Prepares an early answer to a request whose body nobody will read: a long one is not taken in, the connection ends with
 * the answer. It ends half by half, since a reset would overtake the answer on its way to a client that is still sending.
 */
export function discardRest(request: IncomingMessage, headers: OutgoingHttpHeaders): void {
  if (request.complete || !hasLongRest(request)) return;
  headers['connection'] = 'close';
  const { socket } = request;
  socket.destroySoon = (): void => {
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}

function hasLongRest({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES;
}
