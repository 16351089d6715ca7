import { Column, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Gateway } from './gateway.entity.js';

/** Columns of what belongs to one gateway and is removed with it. */
export abstract class GatewayOwned {
  @PrimaryColumn('text')
  id!: string;

  @Index()
  @Column('text')
  gateway!: string;

  @ManyToOne(() => Gateway, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'gateway' })
  gatewayRow?: Relation<Gateway>;
}
