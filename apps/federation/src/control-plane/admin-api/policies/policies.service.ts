import { Gateway, invalidField, Policy, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CrudService } from '../crud/crud.service.js';
import { rendered, withoutMetadata } from '../crud/revision-metadata.view.js';
import type { Page } from '../crud/page.js';
import type { PolicyBody, PolicyQuery, PolicyView } from './policy.dto.js';
import { policyWarnings } from './policy-warnings.js';
import { POLICIES } from './policy.resource.js';

@Injectable()
export class PoliciesService extends CrudService<PolicyBody, Policy, PolicyView> {
  protected readonly spec = POLICIES;
  protected readonly table = Policy;

  /** With `warnings=true`, reads on until the page is full of policies that have some. */
  override async list(query: PolicyQuery): Promise<Page<PolicyView>> {
    if (query.warnings === undefined) return super.list(query);
    const items: PolicyView[] = [];
    for (let cursor = query.cursor; ;) {
      const rest = query.limit - items.length;
      const { items: some, nextCursor } = await super.list({
        limit: rest,
        ...(cursor !== undefined && { cursor }),
      });
      items.push(...some.filter(({ warnings }) => warnings.length > 0));
      if (nextCursor === null || items.length === query.limit) return { items, nextCursor };
      cursor = nextCursor;
    }
  }

  protected async views(manager: EntityManager, rows: Policy[]): Promise<PolicyView[]> {
    const warnings = await policyWarnings(manager, rows);
    return rows.map((row, i) => ({ ...rendered(row), warnings: warnings[i] ?? [] }));
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
