import {
  assertRevision,
  duplicate,
  invalidField,
  Gateway,
  notFound,
  Policy,
  RegistryChanges,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { byName } from '../crud/keyset.js';
import { pageOf, type Page, type PageQuery } from '../crud/page.js';
import { assertSameName } from '../crud/path-name.js';
import { revisionMetadataOf } from '../crud/revision-metadata.view.js';
import type { PolicyBody, NewPolicyBody, PolicyView } from './policy.dto.js';

const resource = (name: string): string => `policies/${name}`;

@Injectable()
export class PoliciesService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(Policy) private readonly policies: Repository<Policy>,
  ) {}

  async list(page: PageQuery): Promise<Page<PolicyView>> {
    const rows = await this.policies.find(byName(page));
    return pageOf(rows, page.limit, (row) => [row.name], viewOf);
  }

  async get(name: string): Promise<PolicyView> {
    return viewOf(await read(this.policies.manager, name));
  }

  async create(actor: AdminActor, body: NewPolicyBody): Promise<PolicyView> {
    const { name } = body;
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      if (await change.manager.existsBy(Policy, { name })) throw duplicate(`Policy ${name}`);
      return store(change, body, { name, createdAt: change.time });
    });
    return result;
  }

  async replace(
    actor: AdminActor,
    name: string,
    revision: number | null,
    body: PolicyBody,
  ): Promise<PolicyView> {
    assertSameName(name, body.name);
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      change.before = viewOf(row);
      return store(change, body, row);
    });
    return result;
  }

  delete(actor: AdminActor, name: string, revision: number | null): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      change.before = viewOf(row);
      await change.manager.delete(Policy, { name });
      change.delete('policy', name);
    });
  }
}

async function read(manager: EntityManager, name: string): Promise<Policy> {
  const row = await manager.findOneBy(Policy, { name });
  if (row === null) throw notFound(`Policy ${name}`);
  return row;
}

/** A deny for a gateway that does not exist would deny nothing, and nobody would notice. */
async function assertRegistered(manager: EntityManager, gateways: string[] | null): Promise<void> {
  if (gateways === null) return;
  const registered = (await manager.find(Gateway, { select: { name: true } })).map((row) => row.name);
  const unknown = gateways.filter((name) => !registered.includes(name));
  if (unknown.length > 0)
    throw invalidField('gateways', unknown, registered, `${unknown.join(', ')} is not registered`);
}

async function store(
  change: ChangeTransaction,
  body: PolicyBody,
  { name, createdAt }: Pick<Policy, 'name' | 'createdAt'>,
): Promise<PolicyView> {
  const { effect, subjects, servers, tools, methods, gateways } = body;
  await assertRegistered(change.manager, gateways);
  const rule = { name, effect, subjects, servers, tools, methods, gateways };
  const row: Policy = { ...rule, createdAt, updatedAt: change.time, revision: change.revision };
  await change.manager.save(Policy, row);
  change.put('policy', name, rule);
  const view = viewOf(row);
  change.after = view;
  return view;
}

function viewOf(row: Policy): PolicyView {
  const { name, effect, subjects, servers, tools, methods, gateways } = row;
  return { name, effect, subjects, servers, tools, methods, gateways, ...revisionMetadataOf(row) };
}
