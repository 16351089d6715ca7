import { isWellFormedToken, tokenHash, type EnrolAnswer, type EnrolRequest } from '#libs/contract';
import { gatewayIdentity, Gateway, JoinToken, Replica } from '#libs/registry';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemError, unauthenticated } from '../../problem/problem.error.js';
import { DeploymentKeys } from '../../keys/deployment-keys.service.js';

/** Enrols replicas: they show a join token of their gateway, and from then on sign requests with their own key. */
@Injectable()
export class EnrolmentService {
  private readonly logger = new Logger(EnrolmentService.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: DeploymentKeys,
  ) {}

  /**
   * @throws ProblemError `unauthenticated` if the join token is unknown, expired or revoked; `url-mismatch` if the replica
   * does not run under the registered URL of the gateway.
   */
  async enrol(request: EnrolRequest): Promise<EnrolAnswer> {
    const replica = await this.dataSource.transaction(async (manager) => {
      const gateway = await gatewayOfToken(manager, request.joinToken);
      assertUrl(gateway, request.url);
      return enrolled(manager, gateway, request);
    });
    this.logger.log(`Replica ${replica.id} of gateway ${replica.gateway} has enrolled`);
    const signingKeys = this.keys.announced.map(({ kid, x }) => ({ kid, x }));
    return {
      gateway: replica.gateway,
      replicaId: replica.id,
      deploymentId: this.keys.deploymentId,
      signingKeys,
    };
  }
}

async function gatewayOfToken(manager: EntityManager, token: string): Promise<Gateway> {
  const row = isWellFormedToken('cwj_', token)
    ? await manager.findOneBy(JoinToken, { hash: tokenHash(token) })
    : null;
  if (row === null) throw unauthenticated('The join token is unknown or was revoked');
  if (row.expiresAt !== null && row.expiresAt <= new Date())
    throw unauthenticated('The join token has expired');
  // The lock keeps the gateway from being deleted or renamed during the enrolment.
  return manager.findOneOrFail(Gateway, {
    where: { name: row.gateway },
    lock: { mode: 'pessimistic_read' },
  });
}

function assertUrl(gateway: Gateway, url: string): void {
  if (gatewayIdentity(url) === gateway.identity) return;
  const errors = [{ field: 'url', seen: url, allowed: gateway.url }];
  const detail = `Gateway ${gateway.name} is registered with the URL ${gateway.url}`;
  throw new ProblemError('url-mismatch', detail, { errors });
}

/** A replica that enrols again with the same key, because it did not get the answer, stays the same replica. */
async function enrolled(
  manager: EntityManager,
  { name: gateway }: Gateway,
  { publicKey, version, schemaVersion }: EnrolRequest,
): Promise<Replica> {
  const known = await manager.findOneBy(Replica, { gateway, publicKey });
  if (known !== null) return known;
  const id = `r-${randomBytes(8).toString('hex')}`;
  const row = { id, gateway, publicKey, version, schemaVersion, enrolledAt: new Date() };
  return manager.save(Replica, manager.create(Replica, row));
}
