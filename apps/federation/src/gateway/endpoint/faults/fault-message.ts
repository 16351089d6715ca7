import { STATUS_CODES } from 'node:http';

/** An answer as the HTTP server would send it, for connections on which it can send none (RFC 9112 §3). */
export function renderMessage(status: number, headers: readonly string[], body: string): string {
  const fields = [...headers, 'date', new Date().toUTCString(), 'connection', 'close'];
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) lines += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n${body}`;
}
