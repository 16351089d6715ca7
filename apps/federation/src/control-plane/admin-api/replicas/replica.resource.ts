import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import type { ResourceSpec } from '../crud/resource-spec.js';
import { ReplicaPage, ReplicaView } from './replica.dto.js';

export const REPLICAS = {
  path: 'gateways/:name/replicas',
  key: 'id',
  names: { action: 'replica', title: 'Replica', one: 'a replica', many: "a gateway's enrolled replicas" },
  writers: ADMINISTRATORS,
  classes: { view: ReplicaView, page: ReplicaPage },
} as const satisfies ResourceSpec;
