import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Hash of one bucket of the digest; see `bucketHash` of the contract. */
@Entity('config_bucket')
export class ConfigBucket {
  @PrimaryColumn('int')
  bucket!: number;

  @Column('text')
  hash!: string;
}
