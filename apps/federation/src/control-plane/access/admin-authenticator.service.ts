import { isWellFormedToken, tokenHash } from '#libs/contract';
import { AppUserRow, RevokedTokenRow, TokenRow } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { unauthenticated } from '../problem/problem.fault.js';
import type { Administrator } from './admin-request.js';
import { BootstrapToken } from './bootstrap-token.service.js';
import { DatabaseProbe } from './database-probe.service.js';

const BOOTSTRAP: Administrator = { name: 'admin', roles: ['admin'] };
const NOT_VALID = 'The token is not valid';

/** Finds out who calls the admin API: the bootstrap administrator, or a user by personal access token. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    private readonly bootstrap: BootstrapToken,
    private readonly database: DatabaseProbe,
    @InjectRepository(TokenRow) private readonly tokens: Repository<TokenRow>,
    @InjectRepository(RevokedTokenRow) private readonly revoked: Repository<RevokedTokenRow>,
    @InjectRepository(AppUserRow) private readonly users: Repository<AppUserRow>,
  ) {}

  /** @throws ProblemFault `unauthenticated`, or `database-away`: without the database nobody can be served. */
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
