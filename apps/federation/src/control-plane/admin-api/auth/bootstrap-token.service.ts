import { mintToken, tokenHash } from '#libs/contract';
import { Secret } from '#libs/registry';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { timingSafeEqual } from 'node:crypto';
import { Repository } from 'typeorm';
import { CONTROL_SETTINGS, type ControlSettings } from '../../../settings/settings.js';

const SECRET_NAME = 'bootstrap-admin-token-hash';

/** The first administrator's token: taken from the settings, or generated at the first start and printed once. */
@Injectable()
export class BootstrapToken implements OnModuleInit {
  private hash: Buffer = Buffer.alloc(0);

  constructor(
    @Inject(CONTROL_SETTINGS) private readonly settings: ControlSettings,
    @InjectRepository(Secret) private readonly secrets: Repository<Secret>,
  ) {}

  async onModuleInit(): Promise<void> {
    const given = this.settings.bootstrapAdminToken;
    this.hash = given === null ? await this.generated() : Buffer.from(tokenHash(given), 'hex');
  }

  /** Compares in constant time. @param presented SHA-256 of the presented token, lower-case hex. */
  matches(presented: string): boolean {
    const bytes = Buffer.from(presented, 'hex');
    return bytes.length === this.hash.length && timingSafeEqual(bytes, this.hash);
  }

  /** If several replicas start for the first time together, one inserts and prints the token; the others read its hash. */
  private async generated(): Promise<Buffer> {
    const token = mintToken('cwy_');
    const row = {
      name: SECRET_NAME,
      ciphertext: Buffer.from(tokenHash(token), 'hex'),
      createdAt: new Date(),
    };
    await this.secrets.createQueryBuilder().insert().values(row).orIgnore().execute();
    const stored = await this.secrets.findOneByOrFail({ name: SECRET_NAME });
    if (stored.ciphertext.equals(row.ciphertext)) printOnce(token);
    return stored.ciphertext;
  }
}

/** Bypasses the logger, which would redact the token. */
function printOnce(token: string): void {
  process.stdout.write(`Bootstrap administrator token, shown this once: ${token}\n`);
}
