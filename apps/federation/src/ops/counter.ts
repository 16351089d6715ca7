import { Counter, register, type CounterConfiguration } from 'prom-client';

/** A counter of this process. Its registry is prom-client's only one, where a name can be registered only once. */
export function counter<Label extends string>(configuration: CounterConfiguration<Label>): Counter<Label> {
  const known = register.getSingleMetric(configuration.name) as Counter<Label> | undefined;
  return known ?? new Counter(configuration);
}
