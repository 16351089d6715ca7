import { controlPlaneAudience, type ReplicaClaims } from '#libs/contract';
import { ReplayCache } from '#libs/crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';
import { ProblemError, unauthenticated } from '../problem/problem.error.js';
import type { SignedHead } from './calling-replica.js';
import {
  claimedReplica,
  clockOffset,
  ClockSkewError,
  MAX_SKEW_SECONDS,
  verifyAssertion,
} from './replica-assertion.js';
import { ReplicaKeys, type KnownReplica } from './replica-keys.service.js';

/** An assertion may be issued up to the allowed skew ahead of this clock, and is accepted until the same time behind it. */
const ACCEPTED_MS = (2 * MAX_SKEW_SECONDS + 1) * 1000;
const MAX_LIVE_IDS = 500_000;

/** Authenticates the replicas of gateways by the signature in their requests' headers. Each one is accepted once. */
@Injectable()
export class ReplicaAuthenticator {
  private readonly logger = new Logger(ReplicaAuthenticator.name);
  private readonly seen = new ReplayCache(ACCEPTED_MS, MAX_LIVE_IDS);

  constructor(
    private readonly replicas: ReplicaKeys,
    private readonly keys: DeploymentKeys,
  ) {}

  /** @throws ProblemError `unauthenticated`, `clock-skew` or `overloaded`. */
  async authenticate(request: FastifyRequest): Promise<SignedHead> {
    const assertion = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (assertion === undefined)
      throw unauthenticated('The request must be signed with the key of an enrolled replica');
    const id = claimedReplica(assertion);
    const known = id === null ? null : await this.replicas.find(id);
    if (known === null) throw unauthenticated('The replica is not enrolled');
    const claims = await this.verify(assertion, known, request);
    const clockOffsetSeconds = clockOffset(claims);
    return { replica: { id: known.id, gateway: known.gateway, clockOffsetSeconds }, bodyHash: claims.bh };
  }

  private async verify(
    assertion: string,
    replica: KnownReplica,
    { method, originalUrl: path }: FastifyRequest,
  ): Promise<ReplicaClaims> {
    const audience = controlPlaneAudience(this.keys.deploymentId);
    const claims = await verifyAssertion(assertion, replica, audience, { method, path }).catch(
      (error: Error) =>
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
