import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { endLingering } from '../http/connection-close.js';
import { serverLimits } from '../http/server-limits.js';
import type { ControlSettings } from '../settings/settings.js';
import { Admission } from './admission/admission.service.js';
import { answerBrokenConnection } from './admission/broken-connection.js';
import { ConnectionLimit } from './admission/connection-limit.js';
import { isNestedDeeper } from './body-nesting.js';
import { invalidFields, ProblemError } from './problem/problem.error.js';
import { problemOf } from './problem/problem-of.js';
import { sendProblem } from './problem/problem.filter.js';
import { repeatedField } from './repeated-field.js';

const MIB = 1024 * 1024;
/** The largest bodies are audit batches. */
const BODY_LIMIT = 4 * MIB;
/** Anybody may send this body, since the join token is in it. */
const ENROLMENT = { path: '/internal/v1/enrol', bodyLimit: 8 * 1024 };
/** Far deeper than any body of this API. */
const MAX_NESTING = 32;
/** Names have at most 254 characters, of which each may take 12 when percent-encoded. */
const MAX_PARAM_LENGTH = 254 * 12;

/** The HTTP server of the control plane. */
export function httpAdapter(settings: ControlSettings): FastifyAdapter {
  const limits = serverLimits(settings);
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    http: limits,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOf(error)),
  });
}

/** Asks for credentials before a body is read, and bounds connections. Routes that are added later are included. */
export function guardServer(app: NestFastifyApplication, { maxConnections }: ControlSettings): void {
  const fastify = app.getHttpAdapter().getInstance();
  const admission = app.get(Admission);
  fastify.addHook('onRoute', (route) => {
    if (route.url === ENROLMENT.path) route.bodyLimit = ENROLMENT.bodyLimit;
  });
  fastify.addHook('onRequest', (request) => admission.admit(request));
  fastify.addHook('preParsing', async ({ raw: { headers } }, reply) => {
    if (headers.expect !== undefined) reply.raw.writeContinue();
  });
  fastify.addHook('onSend', async ({ raw }, reply) => {
    if (!raw.complete) endWithAnswer(raw, reply);
  });
  const { server } = fastify;
  // Node would give leave to send the body before anybody has looked at the headers.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response),
  );
  new ConnectionLimit(maxConnections).watch(server);
}

/** The rest of the body will not be read: a client that is still sending gets the answer, and then the connection ends. */
function endWithAnswer({ socket }: IncomingMessage, reply: FastifyReply): void {
  void reply.header('connection', 'close');
  socket.destroySoon = (): void => endLingering(socket);
}

const TOO_DEEP = new ProblemError('unparseable', `The body is nested deeper than ${MAX_NESTING}`);

/** On every answer: most show the registry or the audit, and some a token. */
const KEPT_BY_NOBODY = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' };

/**
 * Reads JSON bodies of bounded depth and refuses every other media type. An empty body counts as none, because many
 * clients announce JSON with every request, even a DELETE.
 */
export function readJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (_, reply) => void reply.headers(KEPT_BY_NOBODY));
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else if (isNestedDeeper(body, MAX_NESTING)) done(TOO_DEEP, undefined);
    else void parse(request as never, body.toString('utf8'), isForPeople(request) ? once(body, done) : done);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

/** Replicas write what they send by program, and their audit batches are large. */
const isForPeople = ({ url = '' }: { url?: string }): boolean => url.startsWith('/api/');

/** Refuses a body that says one thing twice; JSON readers would take the last. */
const once =
  (json: Buffer, done: Done): Done =>
  (error, body) => {
    const field = error === null ? repeatedField(json.toString('utf8')) : null;
    if (field === null) done(error, body);
    else done(invalidFields([{ field, allowed: 'to occur once' }]));
  };
