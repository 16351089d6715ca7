import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('gateway')
export class GatewayRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('text', { unique: true })
  url!: string;

  /** The URL in the form in which gateways are compared, see `gatewayIdentity`. */
  @Column('text', { unique: true })
  identity!: string;

  @Column('text', { name: 'hop_url', nullable: true })
  hopUrl!: string | null;

  @Column('jsonb')
  labels!: Record<string, string>;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column('int')
  revision!: number;
}
