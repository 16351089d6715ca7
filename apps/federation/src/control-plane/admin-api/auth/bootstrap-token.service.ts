import { mintToken, tokenHash } from '#libs/contract';
import { AdminToken, adminRecord, AuditRecord, RevokedToken } from '#libs/registry';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { CONTROL_SETTINGS, type ControlSettings } from '../../../settings/settings.js';

/** Name in audit and API of whoever uses the bootstrap token. */
export const BOOTSTRAP_USER = 'admin';

const NAME = 'bootstrap';
const SYSTEM = 'system';

export const newAdminTokenId = (): string => `adm_${randomUUID().replaceAll('-', '')}`;

/**
 * Stores the first administrator's token: the one of the settings, or one that is generated at the first start and printed once.
 * From then on it is an admin token like others. Another one in the settings replaces it for good.
 */
@Injectable()
export class BootstrapToken implements OnModuleInit {
  private readonly logger = new Logger(BootstrapToken.name);

  constructor(
    @Inject(CONTROL_SETTINGS) private readonly settings: ControlSettings,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** The lock makes replicas that start together take turns. */
  async onModuleInit(): Promise<void> {
    const given = this.settings.bootstrapAdminToken;
    const generated = await this.dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE admin_token IN SHARE ROW EXCLUSIVE MODE');
      if (given === null) return this.generateOnce(manager);
      await this.take(manager, given);
      return null;
    });
    if (generated !== null) printOnce(generated);
  }

  /** @returns The token, or null if there has been one before, even if it was revoked. */
  private async generateOnce(manager: EntityManager): Promise<string | null> {
    if (await manager.existsBy(AdminToken, { user: IsNull() })) return null;
    const token = mintToken('cwa_');
    await this.store(manager, tokenHash(token));
    return token;
  }

  private async take(manager: EntityManager, token: string): Promise<void> {
    const hash = tokenHash(token);
    const known = await manager.findOneBy(AdminToken, { hash });
    const gone = known?.revokedAt ?? (await manager.findOneBy(RevokedToken, { hash }))?.revokedAt ?? null;
    if (gone !== null) return this.refuse(`was replaced or revoked at ${gone.toISOString()}`);
    if (known === null) return this.store(manager, hash);
    if (known.expiresAt !== null && known.expiresAt <= new Date())
      this.refuse(`expired at ${known.expiresAt.toISOString()}`);
  }

  private refuse(why: string): void {
    this.logger.warn(`The token in BOOTSTRAP_ADMIN_TOKEN ${why} and is not accepted; set one that is new`);
  }

  private async store(manager: EntityManager, hash: string): Promise<void> {
    const time = new Date();
    const id = newAdminTokenId();
    const replaced = await manager.findOneBy(AdminToken, { user: IsNull(), revokedAt: IsNull() });
    await manager.update(AdminToken, { user: IsNull(), revokedAt: IsNull() }, { revokedAt: time });
    const expiresAt = this.expiryFrom(time);
    const fresh = { createdAt: time, lastUsedAt: null, revokedAt: null };
    await manager.insert(AdminToken, { id, hash, user: null, name: NAME, expiresAt, ...fresh });
    await audit(manager, time, replaced?.id ?? null, id);
    if (replaced !== null) this.logger.log(`The bootstrap token ${replaced.id} was replaced by ${id}`);
  }

  private expiryFrom(time: Date): Date | null {
    const { bootstrapAdminTokenSeconds: seconds } = this.settings;
    return seconds === 0 ? null : new Date(time.getTime() + seconds * 1000);
  }
}

async function audit(manager: EntityManager, time: Date, before: string | null, after: string) {
  const action = { actor: SYSTEM, action: 'admin-token.bootstrap', resource: `admin-tokens/${after}` };
  const states = { before: before === null ? null : { id: before }, after: { id: after } };
  await manager.insert(
    AuditRecord,
    adminRecord(action, { time, status: 'success', revision: null, ...states }),
  );
}

/** Bypasses the logger, which would redact the token. */
function printOnce(token: string): void {
  process.stdout.write(`Bootstrap administrator token, shown this once: ${token}\n`);
}
