import {
  assertRevision,
  duplicate,
  invalidField,
  gatewayIdentity,
  notFound,
  Gateway,
  McpServer,
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
import type { McpServerBody, NewMcpServerBody, McpServerView } from './mcp-server.dto.js';

const UNPROBED: McpServer['status'] = { state: 'unprobed', checkedAt: null };
const resource = (name: string): string => `mcp-servers/${name}`;

@Injectable()
export class McpServersService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    @InjectRepository(Gateway) private readonly gateways: Repository<Gateway>,
  ) {}

  async list(page: PageQuery): Promise<Page<McpServerView>> {
    const rows = await this.servers.find(byName(page));
    const urls = new Map((await this.gateways.find()).map((gateway) => [gateway.name, gateway.url]));
    return pageOf(
      rows,
      page.limit,
      (row) => [row.name],
      (row) => viewOf(row, urls.get(handlerOf(row)) ?? ''),
    );
  }

  async get(name: string): Promise<McpServerView> {
    const row = await this.servers.findOneBy({ name });
    if (row === null) throw notFound(`MCP server ${name}`);
    const gateway = await this.gateways.findOneByOrFail({ name: handlerOf(row) });
    return viewOf(row, gateway.url);
  }

  async create(actor: AdminActor, body: NewMcpServerBody): Promise<McpServerView> {
    const { name } = body;
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      if (await change.manager.existsBy(McpServer, { name })) throw duplicate(`MCP server ${name}`);
      return store(change, body, { name, createdAt: change.time, status: UNPROBED });
    });
    return result;
  }

  async replace(
    actor: AdminActor,
    name: string,
    revision: number | null,
    body: McpServerBody,
  ): Promise<McpServerView> {
    assertSameName(name, body.name);
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      change.before = viewOf(row, (await gatewayOf(change.manager, row)).url);
      return store(change, body, row);
    });
    return result;
  }

  delete(actor: AdminActor, name: string, revision: number | null): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      change.before = viewOf(row, (await gatewayOf(change.manager, row)).url);
      await change.manager.delete(McpServer, { name });
      change.delete('server', name);
    });
  }
}

async function read(manager: EntityManager, name: string): Promise<McpServer> {
  const row = await manager.findOneBy(McpServer, { name });
  if (row === null) throw notFound(`MCP server ${name}`);
  return row;
}

const handlerOf = (row: McpServer): string => row.handlers[0]?.gateway ?? '';

const gatewayOf = (manager: EntityManager, row: McpServer): Promise<Gateway> =>
  manager.findOneByOrFail(Gateway, { name: handlerOf(row) });

type Kept = Pick<McpServer, 'name' | 'createdAt' | 'status'> & Partial<McpServer>;

async function store(change: ChangeTransaction, body: McpServerBody, kept: Kept): Promise<McpServerView> {
  const gateway = await gatewayAt(change.manager, body.proxyUrl);
  const { description, url, tags, enabled } = body;
  const { connectMs, responseMs, idleStreamMs, maxStreamMs } = body.timeouts;
  const isSameTarget = kept.url === url && kept.handlers?.[0]?.gateway === gateway.name;
  const row: McpServer = {
    name: kept.name,
    description,
    url,
    handlers: [{ gateway: gateway.name, priority: 0 }],
    auth: { type: 'none' },
    timeouts: { connectMs, responseMs, idleStreamMs, maxStreamMs },
    tags,
    enabled,
    status: isSameTarget ? kept.status : UNPROBED,
    createdAt: kept.createdAt,
    updatedAt: change.time,
    revision: change.revision,
  };
  await change.manager.save(McpServer, row);
  putServer(change, row);
  const view = viewOf(row, gateway.url);
  change.after = view;
  return view;
}

function putServer(change: ChangeTransaction, row: McpServer): void {
  const { name, url, handlers, auth, timeouts, enabled } = row;
  change.put('server', name, { name, url, handlers, auth, timeouts, enabled });
}

/** Compared as identities, so that case, a trailing slash or `:443` do not matter. */
async function gatewayAt(manager: EntityManager, proxyUrl: string): Promise<Gateway> {
  const gateway = await manager.findOneBy(Gateway, { identity: gatewayIdentity(proxyUrl) });
  if (gateway !== null) return gateway;
  const registered = await manager.find(Gateway, { order: { name: 'ASC' }, take: 100 });
  const allowed = registered.map((row) => row.url);
  throw invalidField('proxyUrl', proxyUrl, allowed, 'proxyUrl is not a registered gateway');
}

function viewOf(row: McpServer, proxyUrl: string): McpServerView {
  const { name, description, url, auth, timeouts, tags, enabled, status } = row;
  const gateway = handlerOf(row);
  const fields = { name, description, url, proxyUrl, auth, timeouts, tags, enabled };
  return { ...fields, gateway, status, ...revisionMetadataOf(row) };
}
