import type { ServerObservation } from '#libs/contract';
import type { Snapshot } from '#libs/snapshot';

/** Gives what traffic has shown of the MCP servers next to this gateway. */
export abstract class ObservationsSource {
  /**
   * What there is to report, at most as much as one heartbeat takes. Servers that are not registered any more are forgotten.
   */
  abstract due(snapshot: Snapshot | null): ServerObservation[];

  /** To be called when the control plane has these. */
  abstract delivered(observations: readonly ServerObservation[]): void;
}
