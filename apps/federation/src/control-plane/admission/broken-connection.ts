import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { endLingering } from '../../http/connection-close.js';
import { ProblemError } from '../problem/problem.error.js';
import { problemDocument } from '../problem/problem.filter.js';
import { PROBLEMS } from '../problem/problems.js';

const TIMED_OUT = new ProblemError('request-timeout', 'The request did not arrive in time');
const HEADERS_TOO_LARGE = new ProblemError('headers-too-large', 'Request line and headers are too large');
const MALFORMED = new ProblemError('unparseable', 'This is no HTTP request');

function problemFor(code: string | undefined): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TIMED_OUT;
  return code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : MALFORMED;
}

/** Answers on a connection from which no request can be read (any more), and ends it. */
export function answerBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  endLingering(socket, messageOf(problemFor(error.code)));
}

function messageOf(problem: ProblemError): string {
  const { status } = PROBLEMS[problem.kind];
  const body = JSON.stringify(problemDocument(problem));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
