import { Column, PrimaryColumn } from 'typeorm';

/** Columns of every resource that the admin API creates and replaces by name. */
export abstract class NamedResource {
  @PrimaryColumn('text')
  name!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  /** Revision of its last change. */
  @Column('int')
  revision!: number;
}
