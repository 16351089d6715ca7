import { mintToken, tokenHash } from '#libs/contract';
import { Gateway, JoinToken, notFound, RegistryChanges, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { randomUUID } from 'node:crypto';
import type { AdminActor } from '../auth/admin-request.js';
import type { Page, PageQuery } from '../crud/page.js';
import { StoredResources } from '../crud/stored-resources.js';
import { JOIN_TOKENS, type JoinTokenView, type NewJoinTokenView } from './join-token.dto.js';

interface OfGateway {
  gateway: string;
}

@Injectable()
export class JoinTokensService extends StoredResources<JoinToken, JoinTokenView, OfGateway> {
  constructor(changes: RegistryChanges, @InjectRepository(JoinToken) tokens: Repository<JoinToken>) {
    super(JOIN_TOKENS, changes, tokens);
  }

  override async list(page: PageQuery, scope: OfGateway): Promise<Page<JoinTokenView>> {
    await assertGateway(this.rows.manager, scope.gateway);
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

async function assertGateway(manager: EntityManager, name: string): Promise<void> {
  if (!(await manager.existsBy(Gateway, { name }))) throw notFound(`Gateway ${name}`);
}
