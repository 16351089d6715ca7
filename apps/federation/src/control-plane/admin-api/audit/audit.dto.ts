import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ChoiceQuery, FilterQuery, TimeField } from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';

const KINDS = ['mcp', 'admin', 'refusals'] as const;
const STATUSES = ['success', 'error', 'denied', 'cancelled', 'unknown'] as const;

/** Filters of the audit, by the names of the record's fields. */
export class AuditQuery extends PageQuery {
  @ChoiceQuery(KINDS)
  kind?: (typeof KINDS)[number];

  @FilterQuery('User who made the request')
  user?: string;

  @FilterQuery('MCP server')
  mcp_server?: string;

  @FilterQuery('Tool')
  tool?: string;

  @FilterQuery('Name of the entry gateway, or its host[:port]')
  entry_gateway?: string;

  @FilterQuery('Name of the handling gateway, or its host[:port]')
  handling_gateway?: string;

  @ChoiceQuery(STATUSES)
  status?: (typeof STATUSES)[number];

  @FilterQuery('Why it failed or was denied')
  reason?: string;

  @FilterQuery('Admin action, such as `policy.create`')
  action?: string;

  @FilterQuery('Resource that an admin action changed, such as `policies/finance-calendar`')
  resource?: string;

  @FilterQuery('W3C trace id')
  trace_id?: string;

  @TimeField({ optional: true, description: 'At this time or later' })
  from?: string;

  @TimeField({ optional: true, description: 'Before this time' })
  to?: string;
}

class HopView {
  @ApiProperty()
  gateway!: string;

  @ApiProperty({ enum: ['entry', 'handling'] })
  role!: string;

  @ApiProperty({ description: 'Time spent at the gateway itself, milliseconds', nullable: true })
  ms!: number;
}

const TEXT = { type: String, nullable: true, required: false } as const;
const NUMBER = { type: Number, nullable: true, required: false } as const;

/**
 * An agent's request (`kind` mcp), an admin action (`kind` admin), or the refused requests of one source that were too many for a
 * record each (`kind` refusals); each has its own fields.
 */
export class AuditRecordView {
  @ApiProperty({ enum: KINDS })
  kind!: string;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  timestamp!: string;

  @ApiProperty({ type: String, nullable: true })
  user!: string | null;

  @ApiProperty({ enum: STATUSES })
  status!: string;

  @ApiProperty({ type: 'integer', nullable: true })
  revision!: number | null;

  @ApiProperty(TEXT)
  mcp_server?: string | null;

  @ApiProperty(TEXT)
  tool?: string | null;

  @ApiProperty(TEXT)
  entry_gateway?: string | null;

  @ApiProperty(TEXT)
  handling_gateway?: string | null;

  @ApiProperty(NUMBER)
  proxy_hops?: number | null;

  @ApiProperty(NUMBER)
  total_latency_ms?: number | null;

  @ApiProperty(TEXT)
  trace_id?: string | null;

  @ApiProperty(TEXT)
  method?: string | null;

  @ApiProperty(TEXT)
  decision?: string | null;

  @ApiProperty(TEXT)
  policy?: string | null;

  @ApiProperty(TEXT)
  reason?: string | null;

  @ApiProperty({ ...TEXT, description: 'The failing hop, such as `aws->azure`' })
  hop?: string | null;

  @ApiPropertyOptional({ type: [HopView] })
  hops?: HopView[];

  @ApiProperty(NUMBER)
  proxy_ms?: number | null;

  @ApiProperty(NUMBER)
  upstream_ms?: number | null;

  @ApiProperty(NUMBER)
  bytes_in?: number | null;

  @ApiProperty(NUMBER)
  bytes_out?: number | null;

  @ApiProperty(TEXT)
  client?: string | null;

  @ApiProperty({ ...TEXT, description: 'Admin action' })
  action?: string | null;

  @ApiProperty({ ...TEXT, description: 'Resource that the admin action changed' })
  resource?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Address or network that refused requests came from' })
  source?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'How many requests were refused' })
  count?: number;

  @ApiPropertyOptional({
    type: Object,
    additionalProperties: { type: 'integer' },
    description: 'How many of them had each reason',
  })
  reasons?: Record<string, number>;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When the last of them may have come',
  })
  until?: string;

  @ApiPropertyOptional({ type: Object, nullable: true })
  before?: object | null;

  @ApiPropertyOptional({ type: Object, nullable: true })
  after?: object | null;
}

export class AuditPage extends PageOf(AuditRecordView) {}
