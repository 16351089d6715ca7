import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { isNestedDeeper } from './body-nesting.js';
import { invalidFields, ProblemError } from './problem/problem.error.js';
import { problemOf } from './problem/problem-of.js';
import { sendProblem } from './problem/problem.filter.js';
import { repeatedField } from './repeated-field.js';

const MIB = 1024 * 1024;
/** The largest bodies are audit batches. */
const BODY_LIMIT = 4 * MIB;
/** Far deeper than any body of this API. */
const MAX_NESTING = 32;
/** Names have at most 254 characters, of which each may take 12 when percent-encoded. */
const MAX_PARAM_LENGTH = 254 * 12;
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server of the control plane. */
export const httpAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOf(error)),
  });

const TOO_DEEP = new ProblemError('unparseable', `The body is nested deeper than ${MAX_NESTING}`);

/**
 * Reads JSON bodies of bounded depth and refuses every other media type. An empty body counts as none, because many
 * clients announce JSON with every request, even a DELETE.
 */
export function readJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
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
