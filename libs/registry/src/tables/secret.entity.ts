import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret of the deployment, encrypted or hashed by whoever owns it. */
@Entity('secret')
export class Secret {
  @PrimaryColumn('text')
  name!: string;

  @Column('bytea')
  ciphertext!: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
