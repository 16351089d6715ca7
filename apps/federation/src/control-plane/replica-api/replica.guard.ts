import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { hash } from 'node:crypto';
import { unauthenticated } from '../problem/problem.error.js';
import type { ReplicaRequest } from './calling-replica.js';
import { JOIN_TOKEN_ROUTE } from './join-token-route.decorator.js';

const REPLICA_ROUTES = '/internal/';
const NOTHING = Buffer.alloc(0);

/**
 * Protects every route below `/internal/`, whether or not its controller asks for it: the body must be the one that the replica
 * has signed, whose signature was verified before it was read. Nest runs it for all routes of the control plane; it leaves the
 * others to their own guards.
 */
@Injectable()
export class ReplicaGuard implements CanActivate {
  private readonly logger = new Logger(ReplicaGuard.name);

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ReplicaRequest>();
    if (request.routeOptions.url?.startsWith(REPLICA_ROUTES) !== true) return true;
    if (this.reflector.get<boolean>(JOIN_TOKEN_ROUTE, context.getHandler())) return true;
    const { signed } = request;
    if (signed === undefined) throw new Error('The route was reached without authentication');
    if (signed.bodyHash !== bodyHashOf(request)) this.refuse(signed.replica.id);
    request.replica = signed.replica;
    return true;
  }

  private refuse(replica: string): never {
    this.logger.warn(`Refused a request of replica ${replica}: bh is not the hash of the body`);
    throw unauthenticated('The signature of the request is not valid');
  }
}

/** A body whose bytes were not kept cannot be verified: the empty string equals no hash. */
function bodyHashOf({ rawBody, body }: ReplicaRequest): string {
  const isUnseen = rawBody === undefined && body !== undefined && body !== null;
  return isUnseen ? '' : hash('sha256', rawBody ?? NOTHING, 'base64url');
}
