import { Column, Entity } from 'typeorm';
import { GatewayOwned } from './gateway-owned.entity.js';

/** Lets replicas of one gateway enrol until it expires or is revoked. */
@Entity('join_token')
export class JoinToken extends GatewayOwned {
  /** SHA-256 of the token, lower-case hex. */
  @Column('text', { unique: true })
  hash!: string;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
