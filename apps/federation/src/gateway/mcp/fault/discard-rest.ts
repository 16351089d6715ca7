import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { awaitsContinue } from '../admit/message-framing.js';
import { endLingering } from './linger.js';

/** A rest this small is read and dropped, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/**
 * Prepares an early answer to a request whose body nobody will read: unless it is sure to come, and short, the connection
 * ends with the answer.
 */
export function discardRest(request: IncomingMessage, headers: OutgoingHttpHeaders): void {
  if (request.complete || !mustEnd(request)) return;
  headers['connection'] = 'close';
  const { socket } = request;
  socket.destroySoon = (): void => endLingering(socket);
}

/** A reader that has given up has paused the body; a client that waits for leave to send it may never do so. */
function mustEnd(request: IncomingMessage): boolean {
  if (request.isPaused() || awaitsContinue(request)) return true;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES;
}
