import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { indexKey } from '@fgm/store';
import type { Recording } from '../recordings/recording.ts';
import { AGGREGATES } from '../query/aggregate.ts';
import { gridOf, type Grid } from '../query/grid.ts';
import { type Group, GROUPS, keysOfLines, type Line, lineName, linesOf } from '../query/lines.ts';
import { KEYS, type Metric, shownUnit } from '../recordings/metric.ts';
import { type Series, seriesOf, type SeriesRequest, TooManySeries } from '../query/series.ts';
import { csvOf } from '../http/csv.ts';
import type { Context } from '../http/context.ts';
import { idsByRecording } from '../http/find-containers.ts';
import { jsonNumbers } from '../http/json-number.ts';
import { knownMetric } from '../http/known-metric.ts';
import { Problem } from '../http/problem.ts';
import { rangeOf } from '../http/range.ts';
import {
  CONTAINERS,
  INSTANT,
  INTEGER,
  listOf,
  NUMBER,
  NUMBER_OR_NULL,
  objectOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../http/schema.ts';

const VALUES = listOf(NUMBER_OR_NULL);

const LINE = objectOf(
  {
    node: TEXT_OR_NULL,
    container: { ...TEXT_OR_NULL, description: 'Its id; null for all together.' },
    key: TEXT_OR_NULL,
    keys: {
      type: 'object',
      additionalProperties: TEXT_OR_NULL,
      description: 'What of the container it is: pid, device, …',
    },
    values: { ...VALUES, description: 'One a bucket: the mean of its values.' },
    lowest: VALUES,
    highest: VALUES,
  },
  ['lowest', 'highest'],
);

const CHART = objectOf({
  metric: TEXT,
  kind: TEXT,
  unit: TEXT_OR_NULL,
  lines: listOf(LINE),
  total: { ...INTEGER, description: 'How many lines there are without `top`.' },
});

const TIMESERIES = objectOf({
  from: { ...INSTANT, description: 'Start of the first bucket, milliseconds since the Unix epoch.' },
  step: { ...NUMBER, description: 'Milliseconds from the start of one bucket to that of the next.' },
  buckets: INTEGER,
  charts: listOf(CHART),
});

const QUERY = {
  type: 'object',
  properties: {
    metrics: { type: 'string', minLength: 1, maxLength: 1000, description: 'Up to eight, by commas.' },
    containers: CONTAINERS,
    from: TIME,
    to: TIME,
    points: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000, description: 'Buckets at most, and one.' },
    group: { enum: GROUPS, default: 'container' },
    aggregate: { enum: AGGREGATES, default: 'sum' },
    top: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      description: 'Only so many lines: those whose mean is the greatest.',
    },
    raw: { type: 'boolean', default: false, description: 'Counters as they were read.' },
    format: {
      enum: ['json', 'csv', 'arrow'],
      default: 'json',
      description: 'csv: a column for each line of one metric. arrow: an IPC stream with a row for each value.',
    },
  },
  required: ['metrics'],
} as const;

type Query = FromSchema<typeof QUERY>;

const MOST_METRICS = 8;

export function timeseriesRoutes({ recordings, limits, slots, transport }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get<{ Querystring: Query }>(
      '/timeseries',
      {
        schema: {
          summary: 'Values over time.',
          querystring: QUERY,
          response: { 200: TIMESERIES, 304: { type: 'null' } },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const metrics = wantedMetrics(query.metrics);
        if (query.format === 'csv' && metrics.length > 1) {
          throw new Problem('bad_request', 'format: csv has room for one metric: ask for them one by one');
        }
        const range = rangeOf(recordings, limits, query);
        // Before the newest data is another time whenever there are newer ones.
        const isFixed = query.to !== undefined && !query.to.startsWith('-') && query.from?.startsWith('-') !== true;
        const tag = range.closed && isFixed ? (transport?.tag(recordings, range, request.url) ?? null) : null;
        if (tag !== null) {
          void reply.header('etag', tag).header('cache-control', 'private, no-cache');
          if (request.headers['if-none-match'] === tag) return reply.code(304).send(null);
        }
        const containers = idsByRecording(recordings, query.containers);
        const interval = Math.min(...recordings.all.map((one) => recordings.intervalOf(one)));
        const grid = gridOf(range.from, range.to, interval, query.points);
        return slots.run(reply.raw, async (signal) => {
          const charts = [];
          for (const metric of metrics) {
            const unit = query.raw ? metric.unit : shownUnit(metric);
            const lines = await linesFor(metric, containers, grid, query, signal);
            charts.push({ metric: metric.id, kind: metric.kind, unit, ...lines });
          }
          if (query.format === 'json') return { ...grid, charts };
          if (query.format === 'csv') {
            void reply.type('text/csv; charset=utf-8').serializer((text: string) => text);
            return reply.send(csvOfChart(grid, charts[0]!));
          }
          if (transport === null) throw new Problem('bad_request', 'format: arrow is made by a viewer only');
          const bytes = await transport.arrow(grid, charts);
          return reply.type('application/vnd.apache.arrow.stream').send(Buffer.from(bytes));
        });
      },
    );
    done();
  };

  function wantedMetrics(names: string): Metric[] {
    const list = names.split(',');
    if (list.length > MOST_METRICS)
      throw new Problem('bad_request', `metrics: ${list.length} are more than ${MOST_METRICS}`);
    return list.map((name) => knownMetric(recordings, 'metrics', name));
  }

  async function linesFor(
    metric: Metric,
    containers: ReadonlyMap<Recording, string[]> | null,
    grid: Grid,
    { group, aggregate, raw, top }: Query,
    signal: AbortSignal,
  ) {
    const most = Math.floor(limits.values / grid.buckets);
    const kept = keysOfLines(group, KEYS[metric.table]);
    if (kept === null) throw new Problem('bad_request', `group: ${metric.id} is of no ${group}: choose another group`);
    const together = togetherBy(group, kept, KEYS[metric.table]);
    const lines: { readonly line: Line; readonly node: string | null }[] = [];
    const every: Series[] = [];
    for (const recording of recordings.all) {
      const wanted = containers === null ? null : (containers.get(recording) ?? []);
      if (wanted?.length === 0) continue;
      const interval = recordings.intervalOf(recording);
      const request = { metric, containers: wanted, ...grid, rate: !raw, together, interval, signal };
      const series = await seriesWithin(recording, request, most);
      every.push(...series);
      const node = recordings.nodeOf(recording);
      if (group !== 'all')
        lines.push(...linesOf(series, group, kept, aggregate, grid.buckets).map((line) => ({ line, node })));
    }
    if (group === 'all')
      lines.push(...linesOf(every, group, kept, aggregate, grid.buckets).map((line) => ({ line, node: null })));
    const shown = top === undefined || lines.length <= top ? lines : greatest(lines, top);
    return { lines: shown.map(({ line, node }) => bodyOf(line, node)), total: lines.length };
  }
}

/** Undefined where each series is a line. */
function togetherBy(group: Group, kept: readonly string[], keys: readonly string[]): SeriesRequest['together'] {
  if (group === 'all') return { group: () => '', acrossContainers: true };
  if (kept.length === keys.length) return undefined;
  return { group: (container, named) => lineName(container, named, kept), acrossContainers: false };
}

/** A row for each bucket: its start, and a value of each line. */
function csvOfChart(
  { from, step, buckets }: Grid,
  { lines }: { readonly lines: readonly ReturnType<typeof bodyOf>[] },
): string {
  const name = ({ node, container, keys }: ReturnType<typeof bodyOf>): string =>
    [node, container, ...Object.values(keys)].filter((part) => part !== null).join(' ') || 'all';
  const header = ['time', ...lines.map(name)];
  const rows = Array.from({ length: buckets }, (_, at) => [
    new Date(from + at * step).toISOString(),
    ...lines.map(({ values }) => values[at] ?? null),
  ]);
  return csvOf(header, rows);
}

function greatest<L extends { readonly line: Line }>(lines: readonly L[], most: number): L[] {
  const means = new Map(lines.map((one) => [one, meanOf(one.line.values)]));
  return lines.toSorted((a, b) => means.get(b)! - means.get(a)!).slice(0, most);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? -Infinity : sum / count;
}

async function seriesWithin(...[recording, request, most]: Parameters<typeof seriesOf>): Promise<Series[]> {
  try {
    return await seriesOf(recording, request, most);
  } catch (cause) {
    if (!(cause instanceof TooManySeries)) throw cause;
    throw new Problem(
      'too_many_series',
      `${request.metric.id} has more than ${most} series in this range at ${request.buckets} points: name containers, or ask for fewer points`,
    );
  }
}

function bodyOf({ container, keys, values, extremes }: Line, node: string | null) {
  return {
    node,
    container,
    key: container === null ? null : indexKey(container),
    keys: { ...keys },
    values: jsonNumbers(values),
    ...(extremes === null ? {} : { lowest: jsonNumbers(extremes.lowest), highest: jsonNumbers(extremes.highest) }),
  };
}
