import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { ResourceSpec } from '../crud/resource-spec.js';
import { AdminTokenPage, AdminTokenView, NewAdminTokenView } from './admin-token.dto.js';

export const ADMIN_TOKENS = {
  path: 'admin-tokens',
  key: 'id',
  names: { action: 'admin-token', title: 'Admin token', one: 'an admin token', many: 'admin tokens' },
  writers: ADMINISTRATORS,
  classes: { view: AdminTokenView, newView: NewAdminTokenView, page: AdminTokenPage },
} as const satisfies ResourceSpec;
