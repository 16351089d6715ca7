/** Gives the metrics that a replica reports to the control plane, as Prometheus text. */
export type MetricsText = () => Promise<string>;

/** Injection token of the {@link MetricsText}. */
export const METRICS_TEXT = Symbol('MetricsText');
