/** Whether this process should be given traffic, and if not, why. */
export interface ReadinessReport {
  ready: boolean;
  /** One line per reason; empty when ready. */
  reasons: string[];
}

/** What a role means by being ready. A check that throws counts as not ready. */
export interface Readiness {
  check(): ReadinessReport | Promise<ReadinessReport>;
}

/** More metrics than those of this process, as Prometheus text; each call gives the newest. */
export type ExtraMetrics = () => string | Promise<string>;
