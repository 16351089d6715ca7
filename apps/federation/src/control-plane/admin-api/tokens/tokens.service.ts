import { mintToken, tokenHash } from '#libs/contract';
import {
  AppUser,
  assertRevision,
  invalidField,
  notFound,
  RegistryChanges,
  Token,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { MoreThan, Repository, type EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { cursorKey, pageOf, type Page } from '../crud/page.js';
import type { NewTokenView, TokenBody, TokenQuery, TokenView } from './token.dto.js';

const resource = (id: string): string => `tokens/${id}`;

@Injectable()
export class TokensService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(Token) private readonly tokens: Repository<Token>,
  ) {}

  async list({ limit, cursor, user }: TokenQuery): Promise<Page<TokenView>> {
    const after = cursorKey(cursor, 1)?.[0];
    const rows = await this.tokens.find({
      where: { ...(user !== undefined && { user }), ...(after !== undefined && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(rows, limit, (row) => [row.id], viewOf);
  }

  async get(id: string): Promise<TokenView> {
    return viewOf(await read(this.tokens.manager, id));
  }

  async create(actor: AdminActor, body: TokenBody): Promise<NewTokenView> {
    const id = `tok_${randomUUID().replaceAll('-', '')}`;
    const token = mintToken('cwy_');
    const { result } = await this.changes.change({ ...actor, resource: resource(id) }, (change) =>
      insert(change, body, { id, hash: tokenHash(token) }),
    );
    return Object.assign({}, result, { token });
  }

  delete(actor: AdminActor, id: string, revision: number | null): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: resource(id) }, async (change) => {
      const row = await read(change.manager, id);
      assertRevision(row, revision);
      change.before = viewOf(row);
      await change.manager.delete(Token, { id });
      await change.revoke(row.hash, row.expiresAt);
    });
  }
}

async function insert(
  change: ChangeTransaction,
  body: TokenBody,
  { id, hash }: { id: string; hash: string },
): Promise<TokenView> {
  const { user, name } = body;
  if (!(await change.manager.existsBy(AppUser, { name: user })))
    throw invalidField('user', user, 'an existing user', `User ${user} does not exist`);
  const scope = { servers: body.scope.servers };
  const expiresAt = expiryOf(body.expiresAt, change.time);
  const row = { id, hash, user, name, scope, expiresAt, createdAt: change.time, revision: change.revision };
  await change.manager.insert(Token, row);
  change.put('token', hash, { id, hash, user, scope, expiresAt: expiresAt?.toISOString() ?? null });
  const view = viewOf(row);
  change.after = view;
  return view;
}

function expiryOf(text: string | null, now: Date): Date | null {
  const expiresAt = text === null ? null : new Date(text);
  if (expiresAt !== null && expiresAt <= now)
    throw invalidField('expiresAt', text, 'a time to come, or null', 'expiresAt is in the past');
  return expiresAt;
}

async function read(manager: EntityManager, id: string): Promise<Token> {
  const row = await manager.findOneBy(Token, { id });
  if (row === null) throw notFound(`Token ${id}`);
  return row;
}

function viewOf({ id, user, name, scope, expiresAt, createdAt, revision }: Token): TokenView {
  const times = { expiresAt: expiresAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
  return { id, user, name, scope, ...times, revision };
}
