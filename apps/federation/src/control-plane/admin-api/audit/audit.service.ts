import { isUtcTime } from '#libs/contract';
import { AuditRecord, Gateway, notFound } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { cursorKey, foreignCursor, pageOf, type Page } from '../crud/page.js';
import { AuditQuery, type AuditRecordView } from './audit.dto.js';

/** Column of each filter. */
const FILTERS = {
  kind: 'kind',
  user: 'user',
  mcp_server: 'mcpServer',
  tool: 'tool',
  status: 'status',
  reason: 'reason',
  trace_id: 'traceId',
} as const satisfies Partial<Record<keyof AuditQuery, keyof AuditRecord>>;

/** Column of each filter that takes a gateway's name as well as its host, which is what records have. */
const GATEWAY_FILTERS = { entry_gateway: 'entryGateway', handling_gateway: 'handlingGateway' } as const;

/** Fields of admin records that are in the body alone. */
const BODY_FILTERS = ['action', 'resource'] as const;

/** The order in which records show their fields; any other follows. PostgreSQL keeps none. */
const FIELDS = Object.keys({
  kind: 0,
  id: 0,
  timestamp: 0,
  user: 0,
  mcp_server: 0,
  tool: 0,
  entry_gateway: 0,
  handling_gateway: 0,
  proxy_hops: 0,
  total_latency_ms: 0,
  status: 0,
  action: 0,
  resource: 0,
  trace_id: 0,
  method: 0,
  decision: 0,
  policy: 0,
  reason: 0,
  hop: 0,
  revision: 0,
  before: 0,
  after: 0,
  hops: 0,
  proxy_ms: 0,
  upstream_ms: 0,
} satisfies Partial<Record<keyof AuditRecordView, 0>>);

@Injectable()
export class AuditService {
  constructor(@InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>) {}

  async list(given: AuditQuery): Promise<Page<object>> {
    const { limit, cursor } = given;
    const query = await this.withHosts(given);
    const found = this.records
      .createQueryBuilder('r')
      .orderBy('r.timestamp', 'DESC')
      .addOrderBy('r.id', 'DESC')
      .take(limit + 1);
    addFilters(found, query);
    addCursor(found, cursor);
    return pageOf(
      await found.getMany(),
      limit,
      (row) => [row.timestamp.toISOString(), row.id],
      (row) => inOrder(row.body),
    );
  }

  async get(id: string): Promise<object> {
    const row = await this.records.findOneBy({ id });
    if (row === null) throw notFound(`Request ${id}`);
    return inOrder(row.body);
  }

  private async withHosts(query: AuditQuery): Promise<AuditQuery> {
    const named = Object.keys(GATEWAY_FILTERS) as (keyof typeof GATEWAY_FILTERS)[];
    const hosts = Object.assign(new AuditQuery(), query);
    for (const field of named) {
      const name = query[field];
      const gateway = name === undefined ? null : await this.records.manager.findOneBy(Gateway, { name });
      if (gateway !== null) hosts[field] = new URL(gateway.url).host;
    }
    return hosts;
  }
}

function addFilters(found: SelectQueryBuilder<AuditRecord>, query: AuditQuery): void {
  const filters = Object.entries({ ...FILTERS, ...GATEWAY_FILTERS });
  for (const [name, column] of filters as [keyof typeof FILTERS, string][]) {
    if (query[name] !== undefined) found.andWhere(`r.${column} = :${name}`, { [name]: query[name] });
  }
  for (const name of BODY_FILTERS)
    if (query[name] !== undefined)
      found.andWhere(`r.kind = 'admin' AND r.body ->> '${name}' = :${name}`, { [name]: query[name] });
  if (query.from !== undefined) found.andWhere('r.timestamp >= :from', { from: new Date(query.from) });
  if (query.to !== undefined) found.andWhere('r.timestamp < :to', { to: new Date(query.to) });
}

function addCursor(found: SelectQueryBuilder<AuditRecord>, cursor: string | undefined): void {
  const key = cursorKey(cursor, 2);
  if (key === null) return;
  const [time = '', id] = key;
  if (!isUtcTime(time)) throw foreignCursor(cursor);
  found.andWhere('(r.timestamp, r.id) < (:time::timestamptz, :id::text)', { time: new Date(time), id });
}

/** Who, what and where come first, as people read them. */
function inOrder(body: object): object {
  const fields = new Map<string, unknown>(Object.entries(body));
  const first = FIELDS.filter((name) => fields.has(name));
  return Object.fromEntries(
    [...new Set([...first, ...fields.keys()])].map((name) => [name, fields.get(name)]),
  );
}
