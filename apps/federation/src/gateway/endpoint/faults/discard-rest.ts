import type { IncomingMessage } from 'node:http';
import { awaitsContinue } from '../admission/message-framing.js';
import { connectionOf, type AgentHttpResponse } from '../agent-connection.js';
import { endLingering } from '../../../http/connection-close.js';

/** A rest this small is read and dropped, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** Ends the connection with the answer, whose head has not been sent. */
export function endWith(request: IncomingMessage, response: AgentHttpResponse): void {
  response.announceClose();
  const { socket } = request;
  connectionOf(socket).hasLastAnswer = true;
  if (!request.complete) socket.destroySoon = (): void => endLingering(socket);
}

/**
 * Prepares an early answer to a request whose body nobody will read: unless it is sure to come, and short, the connection
 * ends with the answer.
 */
export function discardRest(request: IncomingMessage, response: AgentHttpResponse): void {
  if (!request.complete && mustEnd(request)) endWith(request, response);
}

/** A reader that has given up has paused the body; a client that waits for leave to send it may never do so. */
function mustEnd(request: IncomingMessage): boolean {
  if (request.isPaused() || awaitsContinue(request)) return true;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES;
}
