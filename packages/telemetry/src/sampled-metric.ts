import type { Registry } from 'prom-client';

/** One line of a metric: its labels and its value now. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface SampledMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
}

/**
 * Registers a metric whose values are asked for at each scrape. The numbers are counted by other threads in shared memory,
 * so prom-client's own counters, which must be incremented in this thread, do not fit: this is a metric of the shape that
 * its registry asks for.
 */
export function registerSampled(registry: Registry, metric: SampledMetric, sample: () => readonly Sample[]): void {
  register(registry, metric, () =>
    sample().map(({ labels = {}, value }) => ({ metricName: metric.name, labels, value })),
  );
}

/**
 * Registers a histogram that is counted in shared memory.
 *
 * @param bounds upper bounds of the buckets; there is one bucket more, which is unbounded
 * @param bucket how many observations fell into the n-th bucket alone
 * @param sum of all observations
 */
export function registerSampledHistogram(
  registry: Registry,
  metric: { readonly name: string; readonly help: string },
  bounds: readonly number[],
  bucket: (index: number) => number,
  sum: () => number,
): void {
  const { name } = metric;
  register(registry, { ...metric, type: 'histogram' }, () => {
    let cumulative = 0;
    const lines = [...bounds, '+Inf' as const].map((bound, index) => {
      cumulative += bucket(index);
      return { metricName: `${name}_bucket`, labels: { le: bound }, value: cumulative };
    });
    return [
      ...lines,
      { metricName: `${name}_sum`, labels: {}, value: sum() },
      { metricName: `${name}_count`, labels: {}, value: cumulative },
    ];
  });
}

interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

function register(
  registry: Registry,
  description: { readonly name: string; readonly help: string; readonly type: string },
  lines: () => readonly Line[],
): void {
  const get = () => ({ ...description, aggregator: 'sum', values: lines() });
  const metric = { ...description, aggregator: 'sum', get, reset: () => {} };
  // The registry's type names its own classes only; what it calls is name and get().
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
