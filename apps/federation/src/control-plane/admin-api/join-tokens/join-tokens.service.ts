import { mintToken, tokenHash } from '#libs/contract';
import { Gateway, JoinToken, notFound, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { randomUUID } from 'node:crypto';
import type { AdminActor } from '../auth/admin-request.js';
import type { Page, PageQuery } from '../crud/page.js';
import { StoredResources } from '../crud/stored-resources.js';
import type { JoinTokenView, NewJoinTokenView } from './join-token.dto.js';
import { JOIN_TOKENS } from './join-token.resource.js';

/** Narrows what belongs to gateways to one of them. */
export interface OfGateway {
  gateway: string;
}

@Injectable()
export class JoinTokensService extends StoredResources<JoinToken, JoinTokenView, OfGateway> {
  protected readonly spec = JOIN_TOKENS;
  protected readonly table = JoinToken;

  override async list(page: PageQuery, scope: OfGateway): Promise<Page<JoinTokenView>> {
    await assertGateway(this.manager, scope.gateway);
    return super.list(page, scope);
  }

  async create(actor: AdminActor, gateway: string, lifeSeconds: number | null): Promise<NewJoinTokenView> {
    const resource = pathOf(gateway);
    const { result } = await this.changes.change({ ...actor, resource }, async (change) => {
      await assertGateway(change.manager, gateway);
      const issued = await issueJoinToken(change, gateway, lifeSeconds);
      change.after = { id: issued.id, gateway, expiresAt: issued.expiresAt };
      return issued;
    });
    return result;
  }

  protected override pathOf(id: string, { gateway }: OfGateway): string {
    return `${pathOf(gateway)}/${id}`;
  }

  protected views(_manager: EntityManager, rows: JoinToken[]): JoinTokenView[] {
    return rows.map(({ id, gateway, expiresAt, createdAt }) => ({
      id,
      gateway,
      expiresAt: expiresAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }));
  }
}

const pathOf = (gateway: string): string => JOIN_TOKENS.path.replace(':name', gateway);

/** Issues a join token within a change. @param lifeSeconds null: until it is revoked. */
export async function issueJoinToken(
  change: ChangeTransaction,
  gateway: string,
  lifeSeconds: number | null,
): Promise<NewJoinTokenView> {
  const token = mintToken('cwj_');
  const id = `jt_${randomUUID().replaceAll('-', '')}`;
  const expiresAt = lifeSeconds === null ? null : new Date(change.time.getTime() + lifeSeconds * 1000);
  const row = { id, gateway, hash: tokenHash(token), expiresAt, createdAt: change.time };
  await change.manager.insert(JoinToken, row);
  return { id, gateway, token, expiresAt: expiresAt?.toISOString() ?? null };
}

/** Revokes all join tokens of a gateway within a change. @returns their ids. */
export async function revokeJoinTokens({ manager }: ChangeTransaction, gateway: string): Promise<string[]> {
  const rows = await manager.find(JoinToken, { select: { id: true }, where: { gateway } });
  await manager.delete(JoinToken, { gateway });
  return rows.map(({ id }) => id).sort();
}

/** @throws RegistryError `not-found`. */
export async function assertGateway(manager: EntityManager, name: string): Promise<void> {
  if (!(await manager.existsBy(Gateway, { name }))) throw notFound(`Gateway ${name}`);
}
