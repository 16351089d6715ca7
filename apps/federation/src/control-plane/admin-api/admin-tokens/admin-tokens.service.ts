import { mintToken, tokenHash } from '#libs/contract';
import { AdminToken, AppUser, invalidField, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { BOOTSTRAP_USER, newAdminTokenId } from '../auth/bootstrap-token.service.js';
import type { Page } from '../crud/page.js';
import { StoredResources } from '../crud/stored-resources.js';
import { expiryOf } from '../tokens/tokens.service.js';
import type {
  AdminTokenBody,
  AdminTokenQuery,
  AdminTokenView,
  NewAdminTokenView,
} from './admin-token.dto.js';
import { ADMIN_TOKENS } from './admin-token.resource.js';

/** Admin tokens that have not been revoked. */
@Injectable()
export class AdminTokensService extends StoredResources<AdminToken, AdminTokenView> {
  protected readonly spec = ADMIN_TOKENS;
  protected readonly table = AdminToken;
  protected override readonly shown = { revokedAt: IsNull() };

  listOf({ user, ...page }: AdminTokenQuery): Promise<Page<AdminTokenView>> {
    return this.list(page, user === undefined ? {} : ofUser(user));
  }

  async create(actor: AdminActor, body: AdminTokenBody): Promise<NewAdminTokenView> {
    const id = newAdminTokenId();
    const token = mintToken('cwa_');
    const { result } = await this.changes.change({ ...actor, resource: this.pathOf(id) }, async (change) => {
      const view = await this.view(
        change.manager,
        await insert(change, body, { id, hash: tokenHash(token) }),
      );
      change.after = view;
      return view;
    });
    return Object.assign({}, result, { token });
  }

  /** The hash of a bootstrap token is not shown to gateways, since its text may be one that somebody has chosen. */
  protected override async remove(change: ChangeTransaction, { id, hash, user, expiresAt }: AdminToken) {
    await change.manager.update(AdminToken, { id }, { revokedAt: change.time });
    if (user !== null) await change.tombstone(hash, expiresAt);
  }

  protected views(_manager: EntityManager, rows: AdminToken[]): AdminTokenView[] {
    return rows.map(({ id, user, name, expiresAt, lastUsedAt, createdAt }) => ({
      id,
      user: user ?? BOOTSTRAP_USER,
      name,
      expiresAt: expiresAt?.toISOString() ?? null,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }));
  }
}

const ofUser = (user: string): FindOptionsWhere<AdminToken> => ({
  user: user === BOOTSTRAP_USER ? IsNull() : user,
});

async function insert(
  { manager, time }: ChangeTransaction,
  { user, name, expiresAt }: AdminTokenBody,
  identity: Pick<AdminToken, 'id' | 'hash'>,
): Promise<AdminToken> {
  if (!(await manager.existsBy(AppUser, { name: user })))
    throw invalidField('user', user, 'an existing user', `User ${user} does not exist`);
  const fresh = { createdAt: time, lastUsedAt: null, revokedAt: null };
  const row = { ...identity, user, name, expiresAt: expiryOf(expiresAt, time), ...fresh };
  await manager.insert(AdminToken, row);
  return row;
}
