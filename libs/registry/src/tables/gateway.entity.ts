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

  /**
   * Random, and part of every key that is derived for this gateway: one that is registered again under the same name, or whose
   * replica was evicted, has other keys.
   */
  @Column('text')
  incarnation!: string;

  /** When a replica of it was last evicted. */
  @Column({ type: 'timestamptz', name: 'evicted_at', precision: 3, nullable: true })
  evictedAt!: Date | null;
}
