import { isUtcTime } from '#libs/contract';
import { AuditRecord, notFound } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { cursorKey, foreignCursor, pageOf, type Page } from '../crud/page.js';
import type { AuditQuery } from './audit.dto.js';

/** Column of each filter. */
const FILTERS = {
  kind: 'kind',
  user: 'user',
  mcp_server: 'mcpServer',
  tool: 'tool',
  entry_gateway: 'entryGateway',
  handling_gateway: 'handlingGateway',
  status: 'status',
  reason: 'reason',
  trace_id: 'traceId',
} as const satisfies Partial<Record<keyof AuditQuery, keyof AuditRecord>>;

@Injectable()
export class AuditService {
  constructor(@InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>) {}

  async list(query: AuditQuery): Promise<Page<object>> {
    const { limit, cursor } = query;
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
      (row) => row.body,
    );
  }

  async get(id: string): Promise<object> {
    const row = await this.records.findOneBy({ id });
    if (row === null) throw notFound(`Request ${id}`);
    return row.body;
  }
}

function addFilters(found: SelectQueryBuilder<AuditRecord>, query: AuditQuery): void {
  for (const [name, column] of Object.entries(FILTERS) as [keyof typeof FILTERS, string][]) {
    if (query[name] !== undefined) found.andWhere(`r.${column} = :${name}`, { [name]: query[name] });
  }
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
