import { wrongMethod } from '../allowed-methods.js';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemError } from './problem.error.js';
import { problemOf } from './problem-of.js';
import { PROBLEMS } from './problems.js';
import { redactSeen } from './redact-seen.js';

/** Renders every failure as `application/problem+json` (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = (request.is404 ? wrongMethod(request) : null) ?? problemOf(error);
    if (PROBLEMS[problem.kind].status >= 500) this.log(error, problem, request);
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, problem);
  }

  private log(error: unknown, problem: ProblemError, request: FastifyRequest): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    const line = `${problem.kind} at ${request.method} ${request.routeOptions?.url ?? '(no route)'}: ${cause.message}`;
    if (problem.kind === 'internal') this.logger.error(line, cause.stack);
    else this.logger.warn(line);
  }
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, problem: ProblemError): void {
  const { status } = PROBLEMS[problem.kind];
  void reply
    .code(status)
    .headers(problem.headers)
    .headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' })
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problemDocument(problem)));
}

/** The document of a problem, without any secret of the request. */
export function problemDocument(problem: ProblemError): Record<string, unknown> {
  const { status, title } = PROBLEMS[problem.kind];
  const { errors, mcpServers } = problem.members;
  return {
    type: `urn:causeway:problem:${problem.kind}`,
    title,
    status,
    detail: problem.detail,
    ...(errors && { errors: errors.map((e) => ({ ...e, seen: redactSeen(e.field, e.seen) })) }),
    ...(mcpServers && { mcpServers }),
  };
}
