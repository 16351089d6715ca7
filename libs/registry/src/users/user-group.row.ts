import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('user_group')
export class UserGroupRow {
  @PrimaryColumn('text')
  name!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column('int')
  revision!: number;
}
