import { mintToken, tokenHash } from '#libs/contract';
import { AppUser, invalidField, Token, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import type { Page } from '../crud/page.js';
import { StoredResources } from '../crud/stored-resources.js';
import type { NewTokenView, TokenBody, TokenQuery, TokenView } from './token.dto.js';
import { TOKENS } from './token.resource.js';

@Injectable()
export class TokensService extends StoredResources<Token, TokenView, { user?: string }> {
  protected readonly spec = TOKENS;
  protected readonly table = Token;

  listOf({ user, ...page }: TokenQuery): Promise<Page<TokenView>> {
    return this.list(page, user === undefined ? {} : { user });
  }

  async create(actor: AdminActor, body: TokenBody): Promise<NewTokenView> {
    const id = `tok_${randomUUID().replaceAll('-', '')}`;
    const token = mintToken('cwy_');
    const action = { ...actor, resource: this.pathOf(id) };
    const { result } = await this.changes.change(action, async (change) => {
      const row = await insert(change, body, { id, hash: tokenHash(token) });
      const view = await this.view(change.manager, row);
      change.after = view;
      return view;
    });
    return Object.assign({}, result, { token });
  }

  protected override async remove(change: ChangeTransaction, row: Token): Promise<void> {
    await super.remove(change, row);
    await change.revoke(row.hash, row.expiresAt);
  }

  protected views(_manager: EntityManager, rows: Token[]): TokenView[] {
    return rows.map(({ id, user, name, scope, expiresAt, createdAt, revision }) => {
      const times = { expiresAt: expiresAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
      return { id, user, name, scope, ...times, revision };
    });
  }
}

async function insert(
  change: ChangeTransaction,
  { user, name, scope: { servers }, expiresAt: until }: TokenBody,
  identity: Pick<Token, 'id' | 'hash'>,
): Promise<Token> {
  if (!(await change.manager.existsBy(AppUser, { name: user })))
    throw invalidField('user', user, 'an existing user', `User ${user} does not exist`);
  const entity = { ...identity, user, scope: { servers } };
  const expiresAt = expiryOf(until, change.time);
  const row = { ...entity, name, expiresAt, createdAt: change.time, revision: change.revision };
  await change.manager.insert(Token, row);
  change.put('token', row.hash, { ...entity, expiresAt: expiresAt?.toISOString() ?? null });
  return row;
}

/** When a new token expires. @throws RegistryError `validation` if that time has passed. */
export function expiryOf(text: string | null, now: Date): Date | null {
  const expiresAt = text === null ? null : new Date(text);
  if (expiresAt !== null && expiresAt <= now)
    throw invalidField('expiresAt', text, 'a time in the future, or null', 'expiresAt is in the past');
  return expiresAt;
}
