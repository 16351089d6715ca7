import {
  duplicate,
  Gateway,
  gatewayIdentity,
  McpServer,
  RegistryError,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Not, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { CrudService } from '../crud/crud.service.js';
import { within } from '../crud/page.js';
import { rendered } from '../crud/revision-metadata.view.js';
import { DEFAULT_LIFE_SECONDS } from '../join-tokens/join-token.dto.js';
import { issueJoinToken } from '../join-tokens/join-tokens.service.js';
import type { GatewayBody, GatewayQuery, GatewayView, NewGatewayView } from './gateway.dto.js';
import { GATEWAYS } from './gateway.resource.js';

@Injectable()
export class GatewaysService extends CrudService<GatewayBody, Gateway, GatewayView> {
  protected readonly spec = GATEWAYS;
  protected readonly table = Gateway;

  protected views(_manager: EntityManager, rows: Gateway[]): GatewayView[] {
    return rows.map(({ identity: _identity, incarnation: _incarnation, evictedAt: _evicted, ...shown }) =>
      rendered(shown),
    );
  }

  protected override filter(found: SelectQueryBuilder<Gateway>, { q, label }: GatewayQuery): void {
    if (q !== undefined) found.andWhere('(r.name ILIKE :q OR r.url ILIKE :q)', { q: within(q) });
    if (label === undefined) return;
    const [key, ...value] = label.split('=');
    if (value.length === 0) found.andWhere('jsonb_exists(r.labels, :key)', { key });
    else found.andWhere('r.labels ->> :key = :value', { key, value: value.join('=') });
  }

  protected columns(_change: ChangeTransaction, body: GatewayBody, before: Gateway | null) {
    const url = withoutSlash(body.url);
    const hopUrl = body.hopUrl === null ? null : withoutSlash(body.hopUrl);
    const { incarnation = randomUUID(), evictedAt = null } = before ?? {};
    return { url, identity: gatewayIdentity(url), hopUrl, labels: body.labels, incarnation, evictedAt };
  }

  protected override async save(change: ChangeTransaction, row: Gateway, body: GatewayBody): Promise<void> {
    await assertFreeUrl(change.manager, row);
    await super.save(change, row, body);
    publish(change, row);
  }

  /** A new gateway comes with a join token, so that its first replica can enrol. */
  protected override async created(change: ChangeTransaction, view: GatewayView): Promise<NewGatewayView> {
    const { id, token, expiresAt } = await issueJoinToken(change, view.name, DEFAULT_LIFE_SECONDS);
    return Object.assign({}, view, { joinToken: { id, token, expiresAt } });
  }

  protected override async remove(change: ChangeTransaction, row: Gateway): Promise<void> {
    await assertUnused(change.manager, row.name);
    await super.remove(change, row);
    change.delete('gateway', row.name);
  }
}

/** Puts a gateway into the snapshot. */
export function publish(change: ChangeTransaction, row: Gateway): void {
  const { name, url, hopUrl, labels, incarnation } = row;
  change.put('gateway', name, { name, url, hopUrl, labels, incarnation });
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

async function assertFreeUrl(manager: EntityManager, { name, identity }: Gateway): Promise<void> {
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
