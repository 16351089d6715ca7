import { isWellFormedToken, tokenHash } from '#libs/contract';
import { AppUser, DatabaseProbe, RevokedToken, Token } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { unauthenticated } from '../../problem/problem.error.js';
import type { Administrator } from './admin-request.js';
import { BootstrapToken } from './bootstrap-token.service.js';

const BOOTSTRAP: Administrator = { name: 'admin', roles: ['admin'] };
const NOT_VALID = 'The token is not valid';

/** Authenticates callers of the admin API: the bootstrap administrator, or a user with a personal access token. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    private readonly bootstrap: BootstrapToken,
    private readonly database: DatabaseProbe,
    @InjectRepository(Token) private readonly tokens: Repository<Token>,
    @InjectRepository(RevokedToken) private readonly revoked: Repository<RevokedToken>,
    @InjectRepository(AppUser) private readonly users: Repository<AppUser>,
  ) {}

  /** @throws ProblemError `unauthenticated`, or `database-away`: without the database no request can be served. */
  async authenticate(authorization: string | undefined): Promise<Administrator> {
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('Send "Authorization: Bearer <token>"');
    const hash = tokenHash(token);
    const isBootstrap = this.bootstrap.matches(hash);
    if (!isBootstrap && !isWellFormedToken('cwy_', token)) throw unauthenticated(NOT_VALID);
    await this.database.assertAnswers();
    return isBootstrap ? BOOTSTRAP : this.userOf(hash);
  }

  private async userOf(hash: string): Promise<Administrator> {
    const token = await this.tokens.findOneBy({ hash });
    if (token === null || (await this.revoked.existsBy({ hash }))) throw unauthenticated(NOT_VALID);
    if (token.expiresAt !== null && token.expiresAt <= new Date())
      throw unauthenticated('The token has expired');
    const user = await this.users.findOneBy({ name: token.user });
    if (user === null || !user.enabled) throw unauthenticated('The user of this token is disabled');
    return { name: user.name, roles: user.roles };
  }
}
