import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Admission } from './admit/admission.js';
import { ProtectedResource } from './metadata/protected-resource.js';

const HEADERS_TIMEOUT_MS = 10_000;
/** Backstop for bodies that no stage reads; the reading stage has its own, shorter limit. */
const REQUEST_TIMEOUT_MS = 45_000;
/** Longer than the 60 s of hop clients, so that the client side lets go of an idle connection first. */
const KEEP_ALIVE_MS = 75_000;
const CHECK_INTERVAL_MS = 1000;

/** The HTTP server of the MCP endpoints. */
export function mcpServerAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    logger: false,
  });
}

/** Puts admission before everything else, and keeps Fastify's hands off the bodies. */
export function prepareMcpServer(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const admission = app.get(Admission);
  const metadata = app.get(ProtectedResource);
  fastify.addHook('onRequest', (request, reply, done) => {
    const isAnswered = metadata.answer(request.raw, reply.raw) || !admission.admit(request.raw, reply.raw);
    if (isAnswered) reply.hijack();
    else done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
}
