import {
  assertRevision,
  duplicate,
  gatewayIdentity,
  Gateway,
  McpServer,
  notFound,
  RegistryChanges,
  RegistryError,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, Repository, type EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { byName } from '../crud/keyset.js';
import { pageOf, type Page, type PageQuery } from '../crud/page.js';
import { assertSameName } from '../crud/path-name.js';
import { revisionMetadataOf } from '../crud/revision-metadata.view.js';
import {
  DEFAULT_LIFE_SECONDS,
  type GatewayBody,
  type NewGatewayBody,
  type GatewayView,
  type NewGatewayView,
} from './gateway.dto.js';
import { issueJoinToken } from './join-tokens.service.js';

const resource = (name: string): string => `gateways/${name}`;

@Injectable()
export class GatewaysService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(Gateway) private readonly gateways: Repository<Gateway>,
  ) {}

  async list(page: PageQuery): Promise<Page<GatewayView>> {
    const rows = await this.gateways.find(byName(page));
    return pageOf(rows, page.limit, (row) => [row.name], viewOf);
  }

  async get(name: string): Promise<GatewayView> {
    return viewOf(await read(this.gateways.manager, name));
  }

  async create(actor: AdminActor, body: NewGatewayBody): Promise<NewGatewayView> {
    const { name } = body;
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      if (await change.manager.existsBy(Gateway, { name })) throw duplicate(`Gateway ${name}`);
      const view = await store(change, body, { name, createdAt: change.time });
      const { id, token, expiresAt } = await issueJoinToken(change, name, DEFAULT_LIFE_SECONDS);
      return Object.assign({}, view, { joinToken: { id, token, expiresAt } });
    });
    return result;
  }

  async replace(
    actor: AdminActor,
    name: string,
    revision: number | null,
    body: GatewayBody,
  ): Promise<GatewayView> {
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
      await assertUnused(change.manager, name);
      change.before = viewOf(row);
      await change.manager.delete(Gateway, { name });
      change.delete('gateway', name);
    });
  }
}

async function read(manager: EntityManager, name: string): Promise<Gateway> {
  const row = await manager.findOneBy(Gateway, { name });
  if (row === null) throw notFound(`Gateway ${name}`);
  return row;
}

async function store(
  change: ChangeTransaction,
  body: GatewayBody,
  kept: Pick<Gateway, 'name' | 'createdAt'>,
): Promise<GatewayView> {
  const { name, createdAt } = kept;
  const url = withoutSlash(body.url);
  const hopUrl = body.hopUrl === null ? null : withoutSlash(body.hopUrl);
  const identity = gatewayIdentity(url);
  await assertFreeUrl(change.manager, name, identity);
  const stamps = { createdAt, updatedAt: change.time, revision: change.revision };
  const row: Gateway = { name, url, identity, hopUrl, labels: body.labels, ...stamps };
  await change.manager.save(Gateway, row);
  change.put('gateway', name, { name, url, hopUrl, labels: body.labels });
  const view = viewOf(row);
  change.after = view;
  return view;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

async function assertFreeUrl(manager: EntityManager, name: string, identity: string): Promise<void> {
  const other = await manager.findOneBy(Gateway, { identity, name: Not(name) });
  if (other !== null) throw duplicate(`A gateway with this URL, ${other.name},`);
}

async function assertUnused(manager: EntityManager, name: string): Promise<void> {
  const rows = await manager
    .createQueryBuilder(McpServer, 's')
    .where('s.handlers @> :handler::jsonb', { handler: JSON.stringify([{ gateway: name }]) })
    .orderBy('s.name')
    .getMany();
  if (rows.length === 0) return;
  const detail =
    rows.length === 1 ? `1 MCP server points to ${name}` : `${rows.length} MCP servers point to ${name}`;
  throw new RegistryError('in-use', detail, { mcpServers: rows.map((row) => row.name) });
}

function viewOf(row: Gateway): GatewayView {
  const { name, url, hopUrl, labels } = row;
  return { name, url, hopUrl, labels, ...revisionMetadataOf(row) };
}
