import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signing key of the control plane (Ed25519). */
@Entity('signing_key')
export class SigningKey {
  @PrimaryColumn('text')
  kid!: string;

  /** JWK `x` (RFC 8037). */
  @Column('text', { name: 'public_x' })
  publicX!: string;

  @Column('bytea', { name: 'private_ciphertext' })
  privateCiphertext!: Buffer;

  @Column('text')
  state!: 'next' | 'active' | 'retired';

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
