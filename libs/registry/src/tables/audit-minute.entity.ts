import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Aggregate of one minute; in the key columns an empty string stands for none. */
@Entity('audit_minute')
export class AuditMinute {
  @PrimaryColumn({ type: 'timestamptz', precision: 0 })
  minute!: Date;

  @PrimaryColumn('text')
  gateway!: string;

  @PrimaryColumn('text')
  server!: string;

  @PrimaryColumn('text')
  user!: string;

  @PrimaryColumn('text')
  status!: string;

  @Column('int')
  count!: number;

  @Column('double precision', { name: 'total_latency_ms' })
  totalLatencyMs!: number;
}
