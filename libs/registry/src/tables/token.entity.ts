import type { ConfigToken } from '#libs/contract';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AppUser } from '../tables/app-user.entity.js';

/** A personal access token; the token itself is never stored. */
@Entity('token')
export class Token {
  @PrimaryColumn('text')
  id!: string;

  /** SHA-256 of the token, lower-case hex. */
  @Column('text', { unique: true })
  hash!: string;

  @Index()
  @Column('text')
  user!: string;

  @ManyToOne(() => AppUser, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user' })
  userRow?: Relation<AppUser>;

  @Column('text')
  name!: string;

  @Column('jsonb')
  scope!: ConfigToken['scope'];

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column('int')
  revision!: number;
}
