import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { NamedResourceSpec } from '../crud/resource-spec.js';
import { NewPolicyBody, PolicyBody, PolicyPage, PolicyQuery, PolicyView } from './policy.dto.js';

export const POLICIES = {
  path: 'policies',
  key: 'name',
  names: { action: 'policy', title: 'Policy', one: 'a policy', many: 'policies' },
  writers: ADMINISTRATORS,
  classes: {
    body: PolicyBody,
    newBody: NewPolicyBody,
    view: PolicyView,
    page: PolicyPage,
    query: PolicyQuery,
  },
} as const satisfies NamedResourceSpec;
