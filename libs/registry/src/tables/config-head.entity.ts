import type { Revocation } from '#libs/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Proof, signed by this control plane, of a revision that its database lacks: a backup was restored. */
export interface RestoreSuspicion {
  epoch: number;
  revision: number;
  digest: string;
  /** Replica that holds the proof. */
  replica: string;
  /** The revocations that the proof names: they must outlive the restored backup. */
  revoked: readonly Revocation[];
  /** RFC 3339 UTC. */
  at: string;
}

/** The newest revision. The lock on its only row makes commit order the revision order. */
@Entity('config_head')
export class ConfigHead {
  /** Always {@link CONFIG_HEAD_ID}. */
  @PrimaryColumn('int')
  id!: number;

  @Column('int')
  epoch!: number;

  @Column('int')
  revision!: number;

  @Column('text')
  digest!: string;

  @Column('int', { name: 'hop_generation' })
  hopGeneration!: number;

  @Column('jsonb', { name: 'restore_suspected', nullable: true })
  restoreSuspected!: RestoreSuspicion | null;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}

export const CONFIG_HEAD_ID = 1;
