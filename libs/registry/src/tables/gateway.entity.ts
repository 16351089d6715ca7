import { Column, Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

@Entity('gateway')
export class Gateway extends NamedResource {
  @Column('text', { unique: true })
  url!: string;

  /** The URL in the form in which gateways are compared, see `gatewayIdentity`. */
  @Column('text', { unique: true })
  identity!: string;

  @Column('text', { name: 'hop_url', nullable: true })
  hopUrl!: string | null;

  @Column('jsonb')
  labels!: Record<string, string>;
}
