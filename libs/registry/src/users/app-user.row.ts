import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ADMIN_ROLES = ['admin', 'operator', 'auditor'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

@Entity('app_user')
export class AppUserRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('jsonb')
  roles!: AdminRole[];

  @Column('boolean')
  enabled!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column('int')
  revision!: number;
}
