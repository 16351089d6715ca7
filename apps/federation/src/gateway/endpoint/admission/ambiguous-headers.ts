import type { IncomingMessage } from 'node:http';

type MessageHeaders = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** Headers that decide something and must therefore not be open to two readings. */
const ONCE = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'origin',
  'transfer-encoding',
  'causeway-hop',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'last-event-id',
  'traceparent',
]);

/**
 * The first of these headers that occurs twice, or null. Node's parsed headers hide repetitions, so the raw ones count; where
 * there are as many names of the one kind as of the other, nothing is repeated.
 */
export function repeatedHeader({ headers, rawHeaders }: MessageHeaders): string | null {
  let names = 0;
  for (const _ in headers) names++;
  return 2 * names === rawHeaders.length ? null : firstRepeated(rawHeaders);
}

function firstRepeated(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
