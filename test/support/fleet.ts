import { eventually } from './eventually.js';
import type { AdminApi } from './registrar.js';

export interface ConfigHead {
  epoch: number;
  revision: number;
  digest: string;
}

export interface FleetReplica {
  id: string;
  revision: number;
  digest: string;
  connection: string;
  rejected: { revision: number; reason: string; detail: string } | null;
}

export interface FleetGateway {
  name: string;
  status: string;
  replicas: FleetReplica[];
}

export interface Fleet extends ConfigHead {
  gateways: FleetGateway[];
}

export const fleetOf = (api: AdminApi): Promise<Fleet> => api.get('/fleet') as Promise<Fleet>;

/** The fleet as soon as the check holds for it. @throws with the fleet as it was last, when the time is over. */
export async function untilFleet(
  api: AdminApi,
  check: (fleet: Fleet) => boolean,
  timeoutMs = 20_000,
): Promise<Fleet> {
  return eventually(async () => {
    const fleet = await fleetOf(api);
    if (!check(fleet)) throw new Error(`The fleet is not as expected: ${JSON.stringify(fleet)}`);
    return fleet;
  }, timeoutMs);
}

/** True if every replica of every gateway holds exactly what the control plane holds. */
export const isUniform = ({ revision, digest, gateways }: Fleet): boolean =>
  gateways.every(
    ({ status, replicas }) =>
      status === 'ok' &&
      replicas.length > 0 &&
      replicas.every((replica) => replica.revision === revision && replica.digest === digest),
  );

/** True if every replica of every gateway refuses what it is offered, for this reason. */
export const isRejecting =
  (reason: string) =>
  ({ gateways }: Fleet): boolean =>
    gateways.every(
      ({ status, replicas }) =>
        status === 'rejecting' && replicas.every((replica) => replica.rejected?.reason === reason),
    );

/** State of one gateway. */
export const stateOf = (fleet: Fleet, gateway: string): string | undefined =>
  fleet.gateways.find(({ name }) => name === gateway)?.status;
