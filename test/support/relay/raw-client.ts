import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { GatewayHarness, HarnessUser } from './gateway-harness.js';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The response broke off before its end. */
  cut: boolean;
  /** The body as JSON-RPC. */
  json(): {
    id: unknown;
    result?: Record<string, unknown>;
    error?: { code: number; data: Record<string, unknown> };
  };
  /** `reason` of a gateway's own failure. */
  reason: unknown;
}

export interface RawRequest {
  method?: string;
  path?: string;
  /** Names and values in turn, sent exactly so. */
  headers?: string[];
  body?: string | Buffer;
}

export const path = (server: string): string => `/api/llm/mcp/${server}/server`;

/** Sends a request that no well-behaved client would send, and waits for the end of the answer. */
export async function send(url: string, given: RawRequest): Promise<RawAnswer> {
  return collected(await open(url, given));
}

/** Like {@link send}, but resolves with the head of the answer. */
export function open(url: string, given: RawRequest): Promise<IncomingMessage> {
  const { hostname, port, host } = new URL(url);
  const headers = [...(given.headers ?? [])];
  const names = headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (!names.includes('host')) headers.push('Host', host);
  const body = given.body;
  if (body !== undefined && !names.includes('content-length') && !names.includes('transfer-encoding'))
    headers.push('Content-Length', String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      method: given.method ?? 'POST',
      path: given.path ?? '/',
      headers,
      agent: false,
    };
    const sent = request({ ...options, setHost: false }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

export async function collected(response: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let cut = false;
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    cut = true;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const json = (): ReturnType<RawAnswer['json']> => JSON.parse(text) as ReturnType<RawAnswer['json']>;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    cut,
    json,
    get reason() {
      return json().error?.data['reason'];
    },
  };
}

export const JSON_HEADERS = [
  'Content-Type',
  'application/json',
  'Accept',
  'application/json, text/event-stream',
];

export const bearer = (user: HarnessUser): string[] => ['Authorization', `Bearer ${user.token}`];

/** A legacy JSON-RPC request. */
export const message = (method: string, params?: unknown, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

export const notification = (method: string, params?: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', method, params });

export const callOf = (tool: string, id: unknown = 1): string =>
  message('tools/call', { name: tool, arguments: {} }, id);

/** A modern message with the headers that it must have. */
export function modern(
  method: string,
  params: Record<string, unknown> = {},
): { headers: string[]; body: string } {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const name = params['name'] ?? params['uri'];
  return {
    headers: [
      'MCP-Protocol-Version',
      '2026-07-28',
      'Mcp-Method',
      method,
      ...(typeof name === 'string' ? ['Mcp-Name', name] : []),
    ],
    body: message(method, { ...params, _meta: meta }),
  };
}

/** Posts a message as a user. */
export const post = (
  harness: GatewayHarness,
  gateway: string,
  server: string,
  user: HarnessUser,
  body: string,
  headers: string[] = [],
): Promise<RawAnswer> =>
  send(harness.gateway(gateway).url, {
    path: path(server),
    headers: [...bearer(user), ...JSON_HEADERS, ...headers],
    body,
  });
