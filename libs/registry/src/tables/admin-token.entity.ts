import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AppUser } from './app-user.entity.js';

/** A credential of the admin API; the token itself is never stored. */
@Entity('admin_token')
export class AdminToken {
  @PrimaryColumn('text')
  id!: string;

  /** SHA-256 of the token, lower-case hex. */
  @Column('text', { unique: true })
  hash!: string;

  /** Whose roles it has. Null: it is a bootstrap token, with all of them. */
  @Index()
  @Column('text', { nullable: true })
  user!: string | null;

  @ManyToOne(() => AppUser, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user' })
  userRow?: Relation<AppUser>;

  @Column('text')
  name!: string;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /** Exact to a minute; null before the first use. */
  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  /** Rows of revoked tokens stay, so that a revoked one is recognised if it is set as the bootstrap token again. */
  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
