import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One revision: the outbox from which deltas are published. */
@Entity('config_log')
export class ConfigLog {
  @PrimaryColumn('int')
  epoch!: number;

  @PrimaryColumn('int')
  revision!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  time!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  action!: string;

  @Column('text')
  resource!: string;

  @Column('text', { name: 'previous_digest' })
  previousDigest!: string;

  @Column('text')
  digest!: string;

  /** JSON of `ConfigChange[]`. */
  @Column('text')
  changes!: string;

  /** JSON of `Revocation[]`. */
  @Column('text')
  revoked!: string;
}
