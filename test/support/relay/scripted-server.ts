import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenHttpRequest {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  body: string;
  /** The gateway closed the connection before the response had ended. */
  aborted: boolean;
}

export type Script = (request: SeenHttpRequest, response: ServerResponse) => void;

/** An HTTP server that does what a case needs, faults included, and remembers what reached it. */
export interface ScriptedServer {
  url: string;
  seen: SeenHttpRequest[];
  /** Set by each case. */
  script: Script;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const http = createServer((request, response) => void serve(request, response));
  const seen: SeenHttpRequest[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: SeenHttpRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      aborted: false,
    };
    response.on('close', () => (one.aborted = !response.writableFinished));
    seen.push(one);
    server.script(one, response);
  };
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: ScriptedServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    seen,
    script: (_, response) => response.end(),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

export const JSON_TYPE = { 'content-type': 'application/json' };
export const SSE_TYPE = { 'content-type': 'text/event-stream' };

/** A result for id 1. */
export const result = (value: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result: value });

export const answerJson =
  (value: unknown): Script =>
  (_, response) =>
    void response.writeHead(200, JSON_TYPE).end(result(value));
