import { Column, Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

export const ADMIN_ROLES = ['admin', 'operator', 'auditor'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

@Entity('app_user')
export class AppUser extends NamedResource {
  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('jsonb')
  roles!: AdminRole[];

  @Column('boolean')
  enabled!: boolean;
}
