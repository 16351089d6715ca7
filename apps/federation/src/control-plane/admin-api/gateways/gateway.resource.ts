import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { NamedResourceSpec } from '../crud/resource-spec.js';
import {
  GatewayBody,
  GatewayPage,
  GatewayQuery,
  GatewayView,
  NewGatewayBody,
  NewGatewayView,
} from './gateway.dto.js';

export const GATEWAYS = {
  path: 'gateways',
  key: 'name',
  names: { action: 'gateway', title: 'Gateway', one: 'a gateway', many: 'gateways' },
  writers: ADMINISTRATORS,
  classes: {
    body: GatewayBody,
    newBody: NewGatewayBody,
    view: GatewayView,
    newView: NewGatewayView,
    page: GatewayPage,
    query: GatewayQuery,
  },
} as const satisfies NamedResourceSpec;
