import type { ServerEntity, ServerTimeouts } from '#libs/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the handling gateway last found out about an MCP server. */
export interface McpServerStatus {
  state: 'unprobed' | 'ok' | 'unreachable' | 'transport_unsupported';
  /** RFC 3339 UTC; null while unprobed. */
  checkedAt: string | null;
}

@Entity('mcp_server')
export class McpServerRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  description!: string;

  /** URL of the MCP endpoint, kept verbatim. */
  @Column('text')
  url!: string;

  @Column('jsonb')
  handlers!: ServerEntity['handlers'];

  @Column('jsonb')
  auth!: ServerEntity['auth'];

  @Column('jsonb')
  timeouts!: Required<ServerTimeouts>;

  @Column('jsonb')
  tags!: string[];

  @Column('boolean')
  enabled!: boolean;

  @Column('jsonb')
  status!: McpServerStatus;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column('int')
  revision!: number;
}
