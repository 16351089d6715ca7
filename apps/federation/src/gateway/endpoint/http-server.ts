import { createServer, type IncomingMessage, type Server } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { serverLimits, type ServerTimeouts } from '../../http/server-limits.js';
import { NO_SCHEMAS } from '../../ops/no-schemas.js';
import { MAX_HEADER_FIELDS } from './admission/message-framing.js';
import { connectionOf, AgentHttpResponse } from './agent-connection.js';
import { ConnectionFaults } from './faults/connection-faults.js';

type EndpointServer = Server<typeof IncomingMessage, typeof AgentHttpResponse>;

/** Takes one request from its headers to the end of its response, and never throws. */
export interface RequestPath {
  run(request: IncomingMessage, response: AgentHttpResponse): Promise<void>;
}

/** The HTTP server of the MCP endpoints. It serves nothing before {@link serveRequests}. */
export function httpServerAdapter(timeouts: ServerTimeouts): FastifyAdapter {
  return new FastifyAdapter({
    ...NO_SCHEMAS,
    serverFactory: () => createEndpointServer(timeouts),
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // Every broken connection goes to ConnectionFaults instead.
    clientErrorHandler: () => undefined,
    logger: false,
  });
}

/** Gives every request to the path; Fastify is only the host, and its router sees none of them. */
export function serveRequests(app: NestFastifyApplication, path: RequestPath): void {
  // Made below, whatever the type that the framework knows it by.
  const server = app.getHttpServer() as unknown as EndpointServer;
  const faults = app.get(ConnectionFaults);
  const onRequest = (request: IncomingMessage, response: AgentHttpResponse): void => {
    const connection = connectionOf(request.socket);
    if (connection.hasLastAnswer) return;
    connection.latest = { request, response };
    void path.run(request, response);
  };
  server.on('request', onRequest);
  // The body's reader gives leave to send it, and not before the caller is known.
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  server.on('clientError', (error, socket) => faults.onBroken(error, socket));
  server.on('connect', (_request: IncomingMessage, socket) => faults.onTunnel(socket));
}

function createEndpointServer(timeouts: ServerTimeouts): Server {
  const server = createServer({
    ...serverLimits(timeouts),
    ServerResponse: AgentHttpResponse,
    // Admission refuses its absence, with a body that says so.
    requireHostHeader: false,
  });
  // One more than is allowed, since the parser silently drops what is beyond.
  server.maxHeadersCount = MAX_HEADER_FIELDS + 1;
  return server as Server;
}
