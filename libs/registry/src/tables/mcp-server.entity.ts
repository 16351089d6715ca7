import type { ConfigServer, ServerTimeouts } from '#libs/contract';
import { Column, Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

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
}
