import type { AuditPart } from '#libs/contract';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A part of an audit record as a replica delivered it. */
@Entity('audit_part')
export class ReceivedAuditPart {
  @PrimaryColumn('text')
  replica!: string;

  @PrimaryColumn('text')
  boot!: string;

  @PrimaryColumn('bigint')
  seq!: string;

  @Index()
  @Column('text', { name: 'request_id' })
  requestId!: string;

  @Column('jsonb')
  body!: AuditPart;

  @Column({ type: 'timestamptz', name: 'received_at', precision: 3 })
  receivedAt!: Date;
}
