import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An audit record as it is listed: one agent request or one admin action. The columns are what it can be searched by. */
@Entity('audit_record')
@Index(['timestamp', 'id'])
export class AuditRecord {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  kind!: 'mcp' | 'admin' | 'refusals';

  @Column({ type: 'timestamptz', precision: 3 })
  timestamp!: Date;

  @Index()
  @Column('text', { nullable: true })
  user!: string | null;

  @Index()
  @Column('text', { name: 'mcp_server', nullable: true })
  mcpServer!: string | null;

  @Index()
  @Column('text', { nullable: true })
  tool!: string | null;

  /** `host[:port]`. */
  @Index()
  @Column('text', { name: 'entry_gateway', nullable: true })
  entryGateway!: string | null;

  /** `host[:port]`. */
  @Index()
  @Column('text', { name: 'handling_gateway', nullable: true })
  handlingGateway!: string | null;

  @Index()
  @Column('text')
  status!: string;

  @Index()
  @Column('text', { nullable: true })
  reason!: string | null;

  @Index()
  @Column('text', { name: 'trace_id', nullable: true })
  traceId!: string | null;

  /** The record as the admin API answers it. */
  @Column('jsonb')
  body!: object;
}
