import { GatewayError, HEADERS } from '#libs/contract';
import type { Envelope } from '#libs/envelope';
import type { McpRequest } from '#libs/request';

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Which value of the body `Mcp-Name` mirrors, by method (MCP 2026-07-28, transports). */
const MIRRORED: Readonly<Record<string, 'name' | 'uri' | 'taskId'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

const mismatch = (detail: string): GatewayError => new GatewayError('header_mismatch', { detail });

/**
 * The body decides; whoever routes by headers behind this gateway must not see something else. Modern requests must have
 * the headers; where legacy ones have them, they must not contradict.
 * @throws GatewayError `header_mismatch` naming the header.
 */
export function assertHeadersMatch(request: McpRequest, envelope: Envelope): void {
  const isRequired = envelope.era === 'modern' && envelope.kind === 'request';
  const version = request.header(HEADERS.protocolVersion);
  const contradicts = version !== undefined && version !== envelope.protocolVersion;
  if (envelope.era === 'modern' && (contradicts || (isRequired && version === undefined)))
    throw mismatch('MCP-Protocol-Version');
  if (envelope.method === null) return;
  assertMirrors(request.header(HEADERS.mcpMethod), envelope.method, isRequired, 'Mcp-Method');
  const mirrored = Object.hasOwn(MIRRORED, envelope.method) ? MIRRORED[envelope.method] : undefined;
  if (mirrored === undefined) return;
  assertMirrors(decoded(request.header(HEADERS.mcpName)), envelope[mirrored], isRequired, 'Mcp-Name');
}

function assertMirrors(
  header: string | null | undefined,
  body: string | null,
  isRequired: boolean,
  name: string,
): void {
  const isMissing = header === undefined && isRequired && body !== null;
  if (isMissing || (header !== undefined && header !== body)) throw mismatch(name);
}

/** Undoes the base64 form of values that a header cannot hold; null if it is malformed. */
function decoded(value: string | undefined): string | null | undefined {
  if (value === undefined || !value.startsWith('=?')) return value;
  const base64 = SENTINEL.exec(value)?.[1];
  if (base64 === undefined || !BASE64.test(base64)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}
