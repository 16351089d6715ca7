import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A revoked token: refused whatever a snapshot says. */
@Entity('revoked_token')
export class RevokedToken {
  @PrimaryColumn('text')
  hash!: string;

  /** When the token would have expired; null: never. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  until!: Date | null;

  @Index()
  @Column('int')
  revision!: number;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3 })
  revokedAt!: Date;
}
