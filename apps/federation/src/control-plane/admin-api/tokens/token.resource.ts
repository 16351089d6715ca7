import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { ResourceSpec } from '../crud/resource-spec.js';
import { NewTokenView, TokenPage, TokenView } from './token.dto.js';

export const TOKENS = {
  path: 'tokens',
  key: 'id',
  names: { action: 'token', title: 'Token', one: 'a personal access token', many: 'personal access tokens' },
  writers: ADMINISTRATORS,
  classes: { view: TokenView, newView: NewTokenView, page: TokenPage },
} as const satisfies ResourceSpec;
