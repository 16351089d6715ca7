import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Gateway } from './gateway.entity.js';

/** Lets replicas of one gateway enrol until it expires or is revoked. */
@Entity('join_token')
export class JoinToken {
  @PrimaryColumn('text')
  id!: string;

  @Index()
  @Column('text')
  gateway!: string;

  @ManyToOne(() => Gateway, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'gateway' })
  gatewayRow?: Relation<Gateway>;

  /** SHA-256 of the token, lower-case hex. */
  @Column('text', { unique: true })
  hash!: string;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
