import { Gateway, invalidField, Policy, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CrudService } from '../crud/crud.service.js';
import { rendered, withoutMetadata } from '../crud/revision-metadata.view.js';
import type { PolicyBody, PolicyView } from './policy.dto.js';
import { POLICIES } from './policy.resource.js';

@Injectable()
export class PoliciesService extends CrudService<PolicyBody, Policy, PolicyView> {
  protected readonly spec = POLICIES;
  protected readonly table = Policy;

  protected views(_manager: EntityManager, rows: Policy[]): PolicyView[] {
    return rows.map(rendered);
  }

  protected async columns({ manager }: ChangeTransaction, { name: _name, ...rule }: PolicyBody) {
    await assertRegistered(manager, rule.gateways);
    return rule;
  }

  protected override async save(change: ChangeTransaction, row: Policy, body: PolicyBody): Promise<void> {
    await super.save(change, row, body);
    change.put('policy', row.name, withoutMetadata(row));
  }

  protected override async remove(change: ChangeTransaction, row: Policy): Promise<void> {
    await super.remove(change, row);
    change.delete('policy', row.name);
  }
}

/** A deny for a gateway that does not exist would deny nothing, without anybody noticing. */
async function assertRegistered(manager: EntityManager, gateways: string[] | null): Promise<void> {
  if (gateways === null) return;
  const registered = (await manager.find(Gateway, { select: { name: true } })).map((row) => row.name);
  const unknown = gateways.filter((name) => !registered.includes(name));
  if (unknown.length > 0)
    throw invalidField('gateways', unknown, registered, `${unknown.join(', ')} is not registered`);
}
