import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { ResourceSpec } from '../crud/resource-spec.js';
import { JoinTokenPage, JoinTokenView, NewJoinTokenView } from './join-token.dto.js';

export const JOIN_TOKENS = {
  path: 'gateways/:name/join-tokens',
  key: 'id',
  names: { action: 'join-token', title: 'Join token', one: 'a join token', many: "a gateway's join tokens" },
  writers: ADMINISTRATORS,
  classes: { view: JoinTokenView, newView: NewJoinTokenView, page: JoinTokenPage },
} as const satisfies ResourceSpec;
