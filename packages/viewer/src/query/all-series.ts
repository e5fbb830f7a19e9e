import { scanPart } from '@fgm/store/read';
import { type Recording, untilSteady } from '../recordings/recording.ts';
import { type Metric, rateFactor } from '../recordings/metric.ts';
import { Buckets } from './buckets.ts';
import type { Grid } from './grid.ts';
import { Rates, rateStart } from './rates.ts';

/** Every metric of one container, read together. */
export interface AllRequest extends Grid {
  /** Of one table in which a container has one row a tick. */
  readonly metrics: readonly Metric[];
  readonly container: string;
  /** Milliseconds between ticks. */
  readonly interval: number;
  readonly signal: AbortSignal;
}

/** Values over time of each metric that has any, by its id. Counters are shown as their change in a second. */
export function allSeriesOf(recording: Recording, request: AllRequest): Promise<Map<string, Buckets>> {
  const { metrics, container, interval, from, step, buckets, signal } = request;
  return untilSteady(recording, async () => {
    const found = metrics.map((metric) => ({
      metric,
      values: new Buckets(from, step, buckets),
      rates: metric.kind === 'counter' ? new Rates(rateFactor(metric)) : null,
    }));
    const scan = {
      columns: metrics.map(({ name }) => name),
      containers: [container],
      from: rateStart(from, interval),
      to: from + step * buckets,
      keys: [],
    };
    await recording.eachPart(metrics[0]!.table, { ...scan, signal }, ({ part }) =>
      scanPart(part, scan, ({ times, values }) => {
        for (const [column, { values: into, rates }] of found.entries()) {
          const own = values[column]!;
          into.add(times, rates?.of(times, own) ?? own);
        }
      }),
    );
    return new Map(found.filter(({ values }) => values.size > 0).map(({ metric, values }) => [metric.id, values]));
  });
}
