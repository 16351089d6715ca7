import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { NamedResourceSpec } from '../crud/resource-spec.js';
import { GroupBody, GroupPage, GroupView, NewGroupBody } from './group.dto.js';

export const GROUPS = {
  path: 'groups',
  key: 'name',
  names: { action: 'group', title: 'Group', one: 'a group', many: 'groups' },
  writers: ADMINISTRATORS,
  classes: { body: GroupBody, newBody: NewGroupBody, view: GroupView, page: GroupPage },
} as const satisfies NamedResourceSpec;
