import type { PolicyEntity } from '#libs/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('policy')
export class PolicyRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  effect!: PolicyEntity['effect'];

  @Column('jsonb')
  subjects!: string[];

  @Column('jsonb')
  servers!: string[];

  @Column('jsonb', { nullable: true })
  tools!: string[] | null;

  @Column('jsonb', { nullable: true })
  methods!: string[] | null;

  @Column('jsonb', { nullable: true })
  gateways!: string[] | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column('int')
  revision!: number;
}
