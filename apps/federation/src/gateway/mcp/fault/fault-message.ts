import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';

/** An answer as the HTTP server would send it, for connections on which it can send none (RFC 9112 §3). */
export function renderMessage(status: number, headers: OutgoingHttpHeaders, body: string): string {
  const fields = { ...headers, date: new Date().toUTCString(), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
