import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The authenticated replica behind a request to `/internal/v1`. */
export interface CallingReplica {
  id: string;
  /** Registry name of its gateway. */
  gateway: string;
  /** How far its clock is ahead of this one. */
  clockOffsetSeconds: number;
}

/** What a replica has signed, as far as it could be verified before the body was there. */
export interface SignedHead {
  replica: CallingReplica;
  /** SHA-256 of the body that the replica means to send, base64url. */
  bodyHash: string;
}

/** A request as the replica guard sees it. Nest keeps the bytes of the body in `rawBody`. */
export type ReplicaRequest = FastifyRequest & {
  rawBody?: Buffer;
  signed?: SignedHead;
  replica?: CallingReplica;
};

/** Injects the {@link CallingReplica} that the guard has authenticated. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallingReplica => {
  const { replica } = context.switchToHttp().getRequest<ReplicaRequest>();
  if (replica === undefined) throw new Error('The route was reached without the replica guard');
  return replica;
});

/**
 * Injects the parsed body without the admin API's validation: a replica that reports text which PostgreSQL cannot store
 * must not look silent. The route checks the message against its wire type.
 */
export const Reported = createParamDecorator(
  (_: unknown, context: ExecutionContext): unknown =>
    context.switchToHttp().getRequest<ReplicaRequest>().body,
);
