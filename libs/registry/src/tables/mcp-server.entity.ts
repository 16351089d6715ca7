import type { ConfigServer, ServerTimeouts } from '#libs/contract';
import { Column, Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

/** What the handling gateway last learnt about an MCP server. */
export interface McpServerStatus {
  state: 'unprobed' | 'ok' | 'unreachable' | 'transport_unsupported';
  /** RFC 3339 UTC; null while unprobed. */
  checkedAt: string | null;
}

@Entity('mcp_server')
export class McpServer extends NamedResource {
  @Column('text')
  description!: string;

  /** URL of the MCP endpoint, kept verbatim. */
  @Column('text')
  url!: string;

  @Column('jsonb')
  handlers!: ConfigServer['handlers'];

  @Column('jsonb')
  auth!: ConfigServer['auth'];

  @Column('jsonb')
  timeouts!: Required<ServerTimeouts>;

  @Column('jsonb')
  tags!: string[];

  @Column('boolean')
  enabled!: boolean;

  @Column('jsonb')
  status!: McpServerStatus;
}
