import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdminAuthenticator } from '../admin-api/auth/admin-authenticator.service.js';
import type { AdminRequest } from '../admin-api/auth/admin-request.js';
import { isPublicDocument } from '../admin-api/openapi.js';
import { ProblemError } from '../problem/problem.error.js';
import type { ReplicaRequest } from '../replica-api/calling-replica.js';
import { ReplicaAuthenticator } from '../replica-api/replica-authenticator.service.js';

const REPLICA_ROUTES = '/internal/';
/** Its credential is in the body. */
const ENROLMENT = '/internal/v1/enrol';

/**
 * Decides by the headers alone who may send a body: without valid credentials a request costs no more than its headers. The
 * guards decide later what the caller may do.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly administrators: AdminAuthenticator,
    private readonly replicas: ReplicaAuthenticator,
  ) {}

  /** @throws ProblemError */
  async admit(request: FastifyRequest): Promise<void> {
    const { url: route } = request.routeOptions;
    if (request.is404 || route === undefined) throw unknownRoute(request);
    if (route === ENROLMENT || isPublicDocument(route)) return;
    if (route.startsWith(REPLICA_ROUTES)) await this.admitReplica(request);
    else await this.admitAdministrator(request);
  }

  private async admitReplica(request: ReplicaRequest): Promise<void> {
    request.signed = await this.replicas.authenticate(request);
  }

  private async admitAdministrator(request: AdminRequest): Promise<void> {
    request.administrator = await this.administrators.authenticate(request);
  }
}

function unknownRoute({ method, url }: FastifyRequest): ProblemError {
  return new ProblemError('not-found', `There is no ${method} ${url.split('?')[0]}`);
}
