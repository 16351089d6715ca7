import { mintToken, tokenHash } from '#libs/contract';
import {
  Gateway,
  JoinToken,
  notFound,
  RegistryChanges,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository, type EntityManager } from 'typeorm';
import { randomUUID } from 'node:crypto';
import type { AdminActor } from '../auth/admin-request.js';
import { cursorKey, pageOf, type Page, type PageQuery } from '../crud/page.js';
import type { JoinTokenView, NewJoinTokenView } from './gateway.dto.js';

@Injectable()
export class JoinTokensService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(JoinToken) private readonly tokens: Repository<JoinToken>,
  ) {}

  async list(gateway: string, { limit, cursor }: PageQuery): Promise<Page<JoinTokenView>> {
    await assertGateway(this.tokens.manager, gateway);
    const after = cursorKey(cursor, 1)?.[0];
    const rows = await this.tokens.find({
      where: { gateway, ...(after !== undefined && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(rows, limit, (row) => [row.id], viewOf);
  }

  async get(gateway: string, id: string): Promise<JoinTokenView> {
    return viewOf(await read(this.tokens.manager, gateway, id));
  }

  async create(actor: AdminActor, gateway: string, lifeSeconds: number | null): Promise<NewJoinTokenView> {
    const resource = `gateways/${gateway}/join-tokens`;
    const { result } = await this.changes.change({ ...actor, resource }, async (change) => {
      await assertGateway(change.manager, gateway);
      const issued = await issueJoinToken(change, gateway, lifeSeconds);
      change.after = { id: issued.id, gateway, expiresAt: issued.expiresAt };
      return issued;
    });
    return result;
  }

  delete(actor: AdminActor, gateway: string, id: string): Promise<ChangeReceipt> {
    const resource = `gateways/${gateway}/join-tokens/${id}`;
    return this.changes.change({ ...actor, resource }, async (change) => {
      change.before = viewOf(await read(change.manager, gateway, id));
      await change.manager.delete(JoinToken, { id });
    });
  }
}

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

async function read(manager: EntityManager, gateway: string, id: string): Promise<JoinToken> {
  const row = await manager.findOneBy(JoinToken, { id, gateway });
  if (row === null) throw notFound(`Join token ${id} of ${gateway}`);
  return row;
}

function viewOf({ id, gateway, expiresAt, createdAt }: JoinToken): JoinTokenView {
  return { id, gateway, expiresAt: expiresAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}
