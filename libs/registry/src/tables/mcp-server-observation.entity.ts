import type { ServerFailure, ServerInfo } from '#libs/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What real traffic has shown of an MCP server since it was registered, or since its URL or gateway was changed. */
@Entity('mcp_server_observation')
export class McpServerObservation {
  @PrimaryColumn('text')
  server!: string;

  /** Registry name of the gateway that saw it. */
  @Column('text')
  gateway!: string;

  @Column({ type: 'timestamptz', name: 'last_success_at', precision: 3, nullable: true })
  lastSuccessAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_failure_at', precision: 3, nullable: true })
  lastFailureAt!: Date | null;

  @Column('jsonb', { name: 'last_failure', nullable: true })
  lastFailure!: Omit<ServerFailure, 'at'> | null;

  /** Newest first. */
  @Column('jsonb', { name: 'protocol_versions' })
  protocolVersions!: string[];

  @Column('jsonb', { name: 'server_info', nullable: true })
  serverInfo!: ServerInfo | null;
}
