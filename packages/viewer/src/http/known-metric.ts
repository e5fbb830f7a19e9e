import { findMetric, type Metric } from '../recordings/metric.ts';
import type { Recordings } from '../recordings/recordings.ts';
import { Problem } from './problem.ts';

/** The metric that a request names. @throws Problem naming the parameter */
export function knownMetric(recordings: Recordings, parameter: string, name: string): Metric {
  const metric = findMetric(recordings.metrics(), name);
  if (metric !== undefined) return metric;
  throw new Problem('unknown_metric', `${parameter}: there is no ${name.slice(0, 80)}; GET metrics lists all`);
}
