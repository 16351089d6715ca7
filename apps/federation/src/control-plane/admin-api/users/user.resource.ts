import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { NamedResourceSpec } from '../crud/resource-spec.js';
import { NewUserBody, UserBody, UserPage, UserView } from './user.dto.js';

export const USERS = {
  path: 'users',
  key: 'name',
  names: { action: 'user', title: 'User', one: 'a user', many: 'users' },
  writers: ADMINISTRATORS,
  classes: { body: UserBody, newBody: NewUserBody, view: UserView, page: UserPage },
} as const satisfies NamedResourceSpec;
