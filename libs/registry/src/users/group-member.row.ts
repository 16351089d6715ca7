import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AppUserRow } from './app-user.row.js';
import { UserGroupRow } from './user-group.row.js';

@Entity('group_member')
export class GroupMemberRow {
  @PrimaryColumn('text')
  group!: string;

  @ManyToOne(() => UserGroupRow, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'group' })
  groupRow?: Relation<UserGroupRow>;

  @Index()
  @PrimaryColumn('text')
  user!: string;

  @ManyToOne(() => AppUserRow, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user' })
  userRow?: Relation<AppUserRow>;
}
