import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An entity of the snapshot in the bytes that gateways receive. */
@Entity('config_entity')
export class ConfigEntity {
  @PrimaryColumn('text')
  kind!: string;

  @PrimaryColumn('text')
  key!: string;

  @Index()
  @Column('int')
  bucket!: number;

  /** JSON, rendered once. */
  @Column('text')
  body!: string;

  /** See `entityHash` of the contract. */
  @Column('text')
  hash!: string;

  @Column('int')
  revision!: number;
}
