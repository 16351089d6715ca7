import { adminRecord, AuditRecord, type AdminAction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';

/** Audits actions that were refused for lack of a role. */
@Injectable()
export class RefusedActions {
  constructor(@InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>) {}

  async record(action: AdminAction): Promise<void> {
    const outcome = {
      time: new Date(),
      status: 'denied',
      revision: null,
      before: null,
      after: null,
    } as const;
    await this.records.insert(adminRecord(action, outcome));
  }
}
