import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AppUser } from './app-user.entity.js';
import { UserGroup } from './user-group.entity.js';

@Entity('group_member')
export class GroupMember {
  @PrimaryColumn('text')
  group!: string;

  @ManyToOne(() => UserGroup, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'group' })
  groupRow?: Relation<UserGroup>;

  @Index()
  @PrimaryColumn('text')
  user!: string;

  @ManyToOne(() => AppUser, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user' })
  userRow?: Relation<AppUser>;
}
