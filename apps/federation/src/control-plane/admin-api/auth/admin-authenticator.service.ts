import { isWellFormedToken, tokenHash } from '#libs/contract';
import { AdminToken, AppUser, DatabaseProbe, RevokedToken } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import { Repository } from 'typeorm';
import { RefusedCredentials } from '../../admission/refused-credentials.js';
import { unauthenticated } from '../../problem/problem.error.js';
import type { Administrator } from './admin-request.js';
import { BOOTSTRAP_USER } from './bootstrap-token.service.js';

const BOOTSTRAP: Administrator = { name: BOOTSTRAP_USER, roles: ['admin'] };
const NOT_VALID = 'The token is not valid';
const NOT_FOR_ADMINS =
  'Access tokens of agents and join tokens are not valid here; use an admin token (cwa_…)';
/** What the time of the last use is exact to, milliseconds: a busy token is not written with each request. */
const LAST_USE_EXACT_MS = 60_000;

/** Authenticates callers of the admin API by their admin tokens. No other kind of token is valid there. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    private readonly refused: RefusedCredentials,
    private readonly database: DatabaseProbe,
    @InjectRepository(AdminToken) private readonly tokens: Repository<AdminToken>,
    @InjectRepository(RevokedToken) private readonly revoked: Repository<RevokedToken>,
    @InjectRepository(AppUser) private readonly users: Repository<AppUser>,
  ) {}

  /**
   * A request without a token is no guess, and is not counted as one.
   * @throws ProblemError `unauthenticated`, `throttled`, or `database-away`: without the database no request can be served.
   */
  async authenticate({ headers, ip }: FastifyRequest): Promise<Administrator> {
    const token = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('Send "Authorization: Bearer <token>"');
    return this.refused.watch('admin', ip, () => this.administratorOf(token));
  }

  private async administratorOf(token: string): Promise<Administrator> {
    if (/^cw[yj]_/.test(token)) throw unauthenticated(NOT_FOR_ADMINS);
    if (token.startsWith('cwa_') && !isWellFormedToken('cwa_', token)) throw unauthenticated(NOT_VALID);
    await this.database.assertAnswers();
    const row = await this.find(tokenHash(token));
    const administrator = row.user === null ? BOOTSTRAP : await this.userOf(row.user);
    await this.noteUse(row);
    return administrator;
  }

  private async find(hash: string): Promise<AdminToken> {
    const row = await this.tokens.findOneBy({ hash });
    if (row === null || row.revokedAt !== null) throw unauthenticated(NOT_VALID);
    // A restored backup may still have a token that was revoked later.
    if (await this.revoked.existsBy({ hash })) throw unauthenticated(NOT_VALID);
    if (row.expiresAt !== null && row.expiresAt <= new Date()) throw unauthenticated('The token has expired');
    return row;
  }

  private async userOf(name: string): Promise<Administrator> {
    const user = await this.users.findOneBy({ name });
    if (user === null || !user.enabled) throw unauthenticated('The user of this token is disabled');
    return { name, roles: user.roles };
  }

  private async noteUse({ id, lastUsedAt }: AdminToken): Promise<void> {
    const now = Date.now();
    if (lastUsedAt !== null && now - lastUsedAt.getTime() < LAST_USE_EXACT_MS) return;
    await this.tokens.update({ id }, { lastUsedAt: new Date(now) });
  }
}
