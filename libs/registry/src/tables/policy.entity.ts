import type { ConfigPolicy } from '#libs/contract';
import { Column, Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

@Entity('policy')
export class Policy extends NamedResource {
  @Column('text')
  effect!: ConfigPolicy['effect'];

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
}
