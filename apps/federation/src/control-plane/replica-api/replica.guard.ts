import { controlPlaneAudience, type ReplicaClaims } from '#libs/contract';
import { ReplayCache } from '#libs/crypto';
import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { hash } from 'node:crypto';
import { ProblemError, unauthenticated } from '../problem/problem.error.js';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';
import type { CallingReplica, ReplicaRequest } from './calling-replica.js';
import { JOIN_TOKEN_ROUTE } from './join-token-route.decorator.js';
import {
  claimedReplica,
  clockOffset,
  ClockSkewError,
  MAX_SKEW_SECONDS,
  verifyAssertion,
} from './replica-assertion.js';
import { ReplicaKeys, type KnownReplica } from './replica-keys.service.js';

const REPLICA_ROUTES = '/internal/';
const NOTHING = Buffer.alloc(0);
/** An assertion may be issued up to the allowed skew ahead of this clock, and is accepted until the same time behind it. */
const ACCEPTED_MS = (2 * MAX_SKEW_SECONDS + 1) * 1000;
const MAX_LIVE_IDS = 500_000;

/**
 * Protects every route below `/internal/`, whether or not its controller asks for it: a request must be signed by an
 * enrolled replica. Nest runs it for all routes of the control plane; it leaves the others to their own guards.
 */
@Injectable()
export class ReplicaGuard implements CanActivate {
  private readonly logger = new Logger(ReplicaGuard.name);
  private readonly seen = new ReplayCache(ACCEPTED_MS, MAX_LIVE_IDS);

  constructor(
    private readonly reflector: Reflector,
    private readonly replicas: ReplicaKeys,
    private readonly keys: DeploymentKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ReplicaRequest>();
    if (request.routeOptions.url?.startsWith(REPLICA_ROUTES) !== true) return true;
    if (this.reflector.get<boolean>(JOIN_TOKEN_ROUTE, context.getHandler())) return true;
    request.replica = await this.authenticate(request);
    return true;
  }

  private async authenticate(request: ReplicaRequest): Promise<CallingReplica> {
    const assertion = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (assertion === undefined)
      throw unauthenticated('The request must be signed with the key of an enrolled replica');
    const id = claimedReplica(assertion);
    const replica = id === null ? null : await this.replicas.find(id);
    if (replica === null) throw unauthenticated('The replica is not enrolled');
    const claims = await this.verify(assertion, replica, request);
    return { id: replica.id, gateway: replica.gateway, clockOffsetSeconds: clockOffset(claims) };
  }

  private async verify(
    assertion: string,
    replica: KnownReplica,
    request: ReplicaRequest,
  ): Promise<ReplicaClaims> {
    const audience = controlPlaneAudience(this.keys.deploymentId);
    const parts = {
      method: request.method,
      path: request.originalUrl,
      bodyHash: bodyHashOf(request),
    };
    const claims = await verifyAssertion(assertion, replica, audience, parts).catch((error: Error) =>
      error instanceof ClockSkewError
        ? this.refuseSkewed(replica, error)
        : this.refuse(replica, error.message),
    );
    const seen = this.seen.see(`${replica.id} ${claims.jti}`);
    if (seen === 'replayed') this.refuse(replica, 'jti was used before');
    if (seen === 'full')
      throw new ProblemError('overloaded', 'Ask again shortly', {}, { 'retry-after': '2' });
    return claims;
  }

  /** The fleet view shows the clock of a replica that can report nothing, because its clock is off. */
  private async refuseSkewed(
    { id }: KnownReplica,
    { offsetSeconds, message }: ClockSkewError,
  ): Promise<never> {
    if (await this.replicas.noteClock(id, offsetSeconds))
      this.logger.warn(`Refused the requests of replica ${id}: ${message}`);
    const detail = `The request was signed at another time than now: ${message}; at most ${MAX_SKEW_SECONDS} s are accepted`;
    throw new ProblemError('clock-skew', detail);
  }

  private refuse(replica: KnownReplica, reason: string): never {
    this.logger.warn(`Refused a request of replica ${replica.id}: ${reason}`);
    throw unauthenticated('The signature of the request is not valid');
  }
}

/** A body whose bytes were not kept cannot be verified: the empty string equals no hash. */
function bodyHashOf({ rawBody, body }: ReplicaRequest): string {
  const isUnseen = rawBody === undefined && body !== undefined && body !== null;
  return isUnseen ? '' : hash('sha256', rawBody ?? NOTHING, 'base64url');
}
