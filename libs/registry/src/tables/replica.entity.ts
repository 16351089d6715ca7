import type { Heartbeat, RejectedChange, Revocation } from '#libs/contract';
import { Column, Entity } from 'typeorm';
import { GatewayOwned } from './gateway-owned.entity.js';

/** An enrolled process of a gateway and what it last reported. */
@Entity('replica')
export class Replica extends GatewayOwned {
  /** Ed25519 public key, JWK `x` (RFC 8037). */
  @Column('text', { name: 'public_key' })
  publicKey!: string;

  @Column({ type: 'timestamptz', name: 'enrolled_at', precision: 3 })
  enrolledAt!: Date;

  @Column('int', { default: 0 })
  epoch!: number;

  /** 0 while the replica has no snapshot. */
  @Column('int', { default: 0 })
  revision!: number;

  @Column('text', { default: '' })
  digest!: string;

  @Column({ type: 'timestamptz', name: 'applied_at', precision: 3, nullable: true })
  appliedAt!: Date | null;

  /** The newest heartbeat; null before the first. */
  @Column({ type: 'timestamptz', name: 'last_seen_at', precision: 3, nullable: true })
  lastSeenAt!: Date | null;

  @Column('text')
  version!: string;

  @Column('int', { name: 'schema_version' })
  schemaVersion!: number;

  @Column('double precision', { name: 'uptime_seconds', default: 0 })
  uptimeSeconds!: number;

  /** How far its clock was ahead of the control plane's when it last signed a request; null before the first. */
  @Column('int', { name: 'clock_offset_seconds', nullable: true })
  clockOffsetSeconds!: number | null;

  @Column('text', { default: 'none' })
  connection!: Heartbeat['connection'];

  @Column('jsonb', { nullable: true })
  rejected!: RejectedChange | null;

  /** Revocations that the replica holds while it refuses a regression. */
  @Column('jsonb', { nullable: true })
  tombstones!: Revocation[] | null;

  /** Prometheus text. */
  @Column('text', { nullable: true })
  metrics!: string | null;
}
