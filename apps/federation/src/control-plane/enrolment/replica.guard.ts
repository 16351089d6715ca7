import { controlPlaneAudience } from '#libs/contract';
import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { hash } from 'node:crypto';
import { unauthenticated } from '../problem/problem.error.js';
import { DeploymentKeys } from '../signing/deployment-keys.service.js';
import type { ReplicaRequest } from './calling-replica.js';
import { JOIN_TOKEN_ROUTE } from './join-token-route.decorator.js';
import { claimedReplica, MAX_SKEW_SECONDS, verifyAssertion } from './replica-assertion.js';
import { ReplayCache } from './replay-cache.js';
import { ReplicaKeys, type KnownReplica } from './replica-keys.service.js';

const REPLICA_ROUTES = '/internal/';
const NOTHING = Buffer.alloc(0);

/**
 * Guards every route below `/internal/`, whether or not its controller asks for it: only an enrolled replica's signed
 * request passes. Put it on a controller as well to say so; a request is verified once.
 */
@Injectable()
export class ReplicaGuard implements CanActivate {
  private readonly logger = new Logger(ReplicaGuard.name);
  private readonly seen = new ReplayCache();

  constructor(
    private readonly reflector: Reflector,
    private readonly replicas: ReplicaKeys,
    private readonly keys: DeploymentKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ReplicaRequest>();
    const isOther = request.routeOptions.url?.startsWith(REPLICA_ROUTES) !== true;
    if (isOther || request.replica !== undefined) return true;
    if (this.reflector.get<boolean>(JOIN_TOKEN_ROUTE, context.getHandler())) return true;
    const { id, gateway } = await this.authenticate(request);
    request.replica = { id, gateway };
    return true;
  }

  private async authenticate(request: ReplicaRequest): Promise<KnownReplica> {
    const assertion = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (assertion === undefined)
      throw unauthenticated('Sign the request with the key of an enrolled replica');
    const id = claimedReplica(assertion);
    const replica = id === null ? null : await this.replicas.find(id);
    if (replica === null) throw unauthenticated('The replica is not enrolled');
    await this.verify(assertion, replica, request);
    return replica;
  }

  private async verify(assertion: string, replica: KnownReplica, request: ReplicaRequest): Promise<void> {
    const audience = controlPlaneAudience(this.keys.deploymentId);
    const parts = {
      method: request.method,
      path: request.originalUrl,
      bodyHash: bodyHashOf(request),
    };
    try {
      const { jti, iat } = await verifyAssertion(assertion, replica, audience, parts);
      const acceptedUntil = (iat + MAX_SKEW_SECONDS + 1) * 1000;
      if (!this.seen.firstUse(`${replica.id} ${jti}`, acceptedUntil)) throw new Error('jti was used before');
    } catch (error) {
      this.logger.warn(`Refused a request of replica ${replica.id}: ${(error as Error).message}`);
      throw unauthenticated('The signature of the request is not acceptable');
    }
  }
}

/** A body that was parsed but not kept as sent cannot be verified; no hash equals the empty string. */
function bodyHashOf({ rawBody, body }: ReplicaRequest): string {
  const isUnseen = rawBody === undefined && body !== undefined && body !== null;
  return isUnseen ? '' : hash('sha256', rawBody ?? NOTHING, 'base64url');
}
