import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GatewaySettings } from '../../settings/settings.js';
import { Admission } from './admit/admission.js';
import { MAX_HEADER_FIELDS } from './admit/message-framing.js';
import { ConnectionFaults } from './fault/connection-faults.js';
import { hasLastAnswer } from './fault/last-answer.js';

/** Bytes of request line and headers together. */
const MAX_HEADER_BYTES = 16 * 1024;
/** Beyond headers and body: a backstop for bodies that no stage reads. */
const REQUEST_SLACK_MS = 5000;
/** Longer than the 60 s of hop clients, so that the client side lets go of an idle connection first. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CHECK_INTERVAL_MS = 1000;

/** What the server emits for a request that has been admitted. */
const ADMITTED = 'causeway:admitted';

export type McpServerTimeouts = Pick<GatewaySettings, 'headersTimeoutMs' | 'bodyTimeoutMs'>;

/** The HTTP server of the MCP endpoints. It serves nothing before {@link prepareMcpServer}. */
export function mcpServerAdapter(timeouts: McpServerTimeouts): FastifyAdapter {
  return new FastifyAdapter({
    serverFactory: (route: RequestListener) => createMcpServer(timeouts, route),
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // Every broken connection goes to ConnectionFaults instead.
    clientErrorHandler: () => undefined,
    logger: false,
  });
}

/** Puts admission before everything else, the framework's router included, and keeps Fastify's hands off the bodies. */
export function prepareMcpServer(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  serve(app.getHttpServer(), app.get(Admission), app.get(ConnectionFaults));
}

function createMcpServer(timeouts: McpServerTimeouts, route: RequestListener): Server {
  const { headersTimeoutMs, bodyTimeoutMs } = timeouts;
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs + bodyTimeoutMs + REQUEST_SLACK_MS,
    connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, headersTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Admission refuses its absence, with a body that says so.
    requireHostHeader: false,
  });
  // One more than is allowed, since the parser silently drops what is beyond.
  server.maxHeadersCount = MAX_HEADER_FIELDS + 1;
  return server.on(ADMITTED, route);
}

function serve(server: Server, admission: Admission, faults: ConnectionFaults): void {
  const onRequest: RequestListener = (request, response) => {
    if (hasLastAnswer(request)) return;
    faults.noteLatest(request, response);
    if (admission.admit(request, response)) server.emit(ADMITTED, request, response);
  };
  server.on('request', onRequest);
  // The body's reader gives leave to send it, and not before the caller is known.
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  server.on('clientError', (error, socket) => faults.onBroken(error, socket));
  server.on('connect', (_request: IncomingMessage, socket) => faults.onTunnel(socket));
}
