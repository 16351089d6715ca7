import {
  Gateway,
  gatewayIdentity,
  invalidField,
  McpServer,
  McpServerObservation,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { CrudService, type OwnColumns } from '../crud/crud.service.js';
import { within } from '../crud/page.js';
import { rendered } from '../crud/revision-metadata.view.js';
import type { McpServerBody, McpServerQuery, McpServerView } from './mcp-server.dto.js';
import { MCP_SERVERS } from './mcp-server.resource.js';
import { observedView, statusView } from './server-observed.js';

@Injectable()
export class McpServersService extends CrudService<McpServerBody, McpServer, McpServerView> {
  protected readonly spec = MCP_SERVERS;
  protected readonly table = McpServer;

  protected async views(manager: EntityManager, rows: McpServer[]): Promise<McpServerView[]> {
    const gateways = await manager.findBy(Gateway, { name: In(rows.map(handlerOf)) });
    const urls = new Map(gateways.map(({ name, url }) => [name, url]));
    const seen = await manager.findBy(McpServerObservation, { server: In(rows.map(({ name }) => name)) });
    const observations = new Map(seen.map((one) => [one.server, one]));
    return rows.map((row) => {
      const { handlers: _, ...shown } = rendered(row);
      const gateway = handlerOf(row);
      const observed = observedView(observations.get(row.name));
      return { ...shown, gateway, proxyUrl: urls.get(gateway) ?? '', status: statusView(observed), observed };
    });
  }

  protected override filter(found: SelectQueryBuilder<McpServer>, { q, tag, gateway }: McpServerQuery): void {
    const handler = JSON.stringify([{ gateway }]);
    if (q !== undefined) found.andWhere('(r.name ILIKE :q OR r.description ILIKE :q)', { q: within(q) });
    if (tag !== undefined) found.andWhere('r.tags @> :tags::jsonb', { tags: JSON.stringify([tag]) });
    if (gateway !== undefined) found.andWhere('r.handlers @> :handler::jsonb', { handler });
  }

  protected async columns(
    { manager }: ChangeTransaction,
    { name: _name, proxyUrl, ...own }: McpServerBody,
    before: McpServer | null,
  ): Promise<OwnColumns<McpServer>> {
    const { name: gateway } = await gatewayAt(manager, proxyUrl);
    const isSameTarget = before?.url === own.url && handlerOf(before) === gateway;
    if (before !== null && !isSameTarget) await forgetObservations(manager, before.name);
    return { ...own, handlers: [{ gateway, priority: 0 }] };
  }

  protected override async save(
    change: ChangeTransaction,
    row: McpServer,
    body: McpServerBody,
  ): Promise<void> {
    await super.save(change, row, body);
    const { name, url, handlers, auth, timeouts, enabled } = row;
    change.put('server', name, { name, url, handlers, auth, timeouts, enabled });
  }

  protected override async remove(change: ChangeTransaction, row: McpServer): Promise<void> {
    await super.remove(change, row);
    await forgetObservations(change.manager, row.name);
    change.delete('server', row.name);
  }
}

const handlerOf = (row: McpServer): string => row.handlers[0]?.gateway ?? '';

/** What was seen of another target, or of another server of this name, says nothing about this one. */
async function forgetObservations(manager: EntityManager, server: string): Promise<void> {
  await manager.delete(McpServerObservation, { server });
}

/** Compared as identities, so that case, a trailing slash or `:443` do not matter. */
async function gatewayAt(manager: EntityManager, proxyUrl: string): Promise<Gateway> {
  const gateway = await manager.findOneBy(Gateway, { identity: gatewayIdentity(proxyUrl) });
  if (gateway !== null) return gateway;
  const registered = await manager.find(Gateway, { order: { name: 'ASC' }, take: 100 });
  const allowed = registered.map((row) => row.url);
  throw invalidField('proxyUrl', proxyUrl, allowed, 'proxyUrl is not a registered gateway');
}
