import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { awaitsContinue } from '../admit/message-framing.js';
import { endLingering, makeLast } from './last-answer.js';

/** A rest this small is read and dropped, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** Ends the connection with an answer; `headers` are those of the answer. */
export function endWith(request: IncomingMessage, headers: OutgoingHttpHeaders): void {
  headers['connection'] = 'close';
  makeLast(request);
  const { socket } = request;
  if (!request.complete) socket.destroySoon = (): void => endLingering(socket);
}

/**
 * Prepares an early answer to a request whose body nobody will read: unless it is sure to come, and short, the connection
 * ends with the answer.
 */
export function discardRest(request: IncomingMessage, headers: OutgoingHttpHeaders): void {
  if (!request.complete && mustEnd(request)) endWith(request, headers);
}

/** A reader that has given up has paused the body; a client that waits for leave to send it may never do so. */
function mustEnd(request: IncomingMessage): boolean {
  if (request.isPaused() || awaitsContinue(request)) return true;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES;
}
