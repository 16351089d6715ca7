import { Initial1795365523299 } from './1795365523299-initial.js';
import { StreamDuration1795379400000 } from './1795379400000-stream-duration.js';
import { AdminToken1795553943235 } from './1795553943235-admin-token.js';
import { ServerObservations1795554018857 } from './1795554018857-server-observations.js';
import { ReplicaClock1795556000000 } from './1795556000000-replica-clock.js';
import { GatewayIncarnation1795556100000 } from './1795556100000-gateway-incarnation.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  Initial1795365523299,
  StreamDuration1795379400000,
  AdminToken1795553943235,
  ServerObservations1795554018857,
  ReplicaClock1795556000000,
  GatewayIncarnation1795556100000,
];
