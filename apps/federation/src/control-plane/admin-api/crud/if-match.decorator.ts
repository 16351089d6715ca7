import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../problem/problem.error.js';

/** The revision of no row, so that a tag that we never issued matches nothing. */
const NO_REVISION = -1;

/** The revision that `If-Match` names (RFC 9110 §13.1.1); null for `*`. */
function revisionOf(header: string): number | null {
  const tag = header.trim();
  if (tag === '*') return null;
  const digits = /^"(\d{1,10})"$/.exec(tag)?.[1];
  return digits === undefined ? NO_REVISION : Number(digits);
}

const headerOf = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];

/** Injects the revision that the caller has read. @throws ProblemError `precondition-required`. */
export const ReadRevision = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const header = headerOf(context);
  if (header === undefined)
    throw new ProblemError('precondition-required', 'Send If-Match with the ETag that you read');
  return revisionOf(header);
});

/** Like {@link ReadRevision}, for operations for which the header is optional. */
export const OptionalRevision = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const header = headerOf(context);
  return header === undefined ? null : revisionOf(header);
});

/** Documents the header. */
export const ApiIfMatch = (required: boolean) =>
  applyDecorators(ApiHeader({ name: 'If-Match', required, description: 'The ETag that you read' }));
