/** Gives the metrics that a replica reports to the control plane. */
export abstract class MetricsSource {
  /** Prometheus text (format 0.0.4) of the reported metrics as they are now. */
  abstract text(): Promise<string>;
}
