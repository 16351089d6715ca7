/** The seed's metrics as Prometheus text. */
export type MetricsText = () => string | Promise<string>;

/** Injection token of the {@link MetricsText}; without a provider heartbeats carry no metrics. */
export const METRICS_TEXT = Symbol('MetricsText');
