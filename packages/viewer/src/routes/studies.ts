import { setImmediate as turn } from 'node:timers/promises';
import { correlation, type Series as StudySeries } from '@fgm/studies';
import { indexKey } from '@fgm/store';
import type { FastifyPluginCallback } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import type { Context } from '../http/context.ts';
import { findContainers, idsByRecording } from '../http/find-containers.ts';
import { jsonNumber } from '../http/json-number.ts';
import { knownMetric } from '../http/known-metric.ts';
import { Problem } from '../http/problem.ts';
import { rangeOf } from '../http/range.ts';
import {
  CONTAINERS,
  INSTANT,
  listOf,
  NUMBER,
  NUMBER_OR_NULL,
  objectOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../http/schema.ts';
import { allSeriesOf } from '../query/all-series.ts';
import type { Buckets } from '../query/buckets.ts';
import { gridOf, type Grid } from '../query/grid.ts';
import { type Series, seriesOf } from '../query/series.ts';
import { type Finding, study, STUDIES, STUDY_NAMES } from '../query/study.ts';
import { LIMITS } from '../recordings/limits.ts';
import { findMetric, shownUnit } from '../recordings/metric.ts';

/** Lines that are studied at once: each may take some tenths of a second. */
const MOST_LINES = 50;
/** Values of a line: five and a half hours of seconds; of longer ranges means are studied. */
const MOST_VALUES = 20_000;
/** Of each metric of a container, for how they go together. */
const MOST_CORRELATED = 4_000;

const FINDING = objectOf({
  text: TEXT,
  confidence: { ...NUMBER, description: 'How sure it is: 1 less the probability of finding as much in noise.' },
  from: INSTANT,
  to: INSTANT,
  line: { type: 'array', nullable: true, items: NUMBER, description: 'Values at both ends, where it is a line.' },
  facts: { type: 'object', additionalProperties: NUMBER_OR_NULL },
});

const STUDIED = objectOf({
  study: TEXT,
  metric: TEXT,
  unit: TEXT_OR_NULL,
  step: { ...NUMBER, description: 'Milliseconds between the values that were studied.' },
  lines: listOf(
    objectOf({
      node: TEXT_OR_NULL,
      container: TEXT,
      key: TEXT,
      keys: { type: 'object', additionalProperties: TEXT_OR_NULL },
      values: { ...NUMBER, description: 'How many values were studied.' },
      findings: listOf(FINDING, 'Nothing where nothing is significant.'),
    }),
  ),
});

const RANGE = { metric: { type: 'string', minLength: 1, maxLength: 200 }, from: TIME, to: TIME } as const;
const QUERY = {
  type: 'object',
  properties: { ...RANGE, containers: CONTAINERS },
  required: ['metric', 'containers'],
} as const;
const PARAMETERS = {
  type: 'object',
  properties: { study: { enum: STUDY_NAMES } },
  required: ['study'],
} as const;
const CORRELATION_QUERY = {
  type: 'object',
  properties: {
    ...RANGE,
    container: { type: 'string', minLength: 1, maxLength: 500 },
    max_lag_ms: { type: 'integer', minimum: 0, maximum: 3_600_000, default: 60_000 },
  },
  required: ['metric', 'container'],
} as const;
const CORRELATED = objectOf({
  metric: TEXT,
  step: NUMBER,
  candidates: { ...NUMBER, description: 'How many metrics were looked at.' },
  correlations: listOf(
    objectOf({
      metric: TEXT,
      correlation: NUMBER,
      lag_ms: { ...NUMBER, description: 'By how much it comes after; negative where it comes before.' },
      confidence: NUMBER,
    }),
  ),
});

export function studyRoutes({ recordings, limits, slots }: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get(
      '/studies',
      {
        schema: {
          summary: 'What can be asked of lines.',
          response: { 200: objectOf({ studies: listOf(objectOf({ name: TEXT, help: TEXT })) }) },
        },
      },
      () => ({
        studies: [
          ...Object.entries(STUDIES).map(([name, help]) => ({ name, help })),
          { name: 'correlation', help: 'Which metrics of a container go with one of them, and how much later.' },
        ],
      }),
    );
    app.get<{ Querystring: FromSchema<typeof CORRELATION_QUERY> }>(
      '/studies/correlation',
      {
        schema: {
          summary: 'Which metrics of a container go with one of them, the strongest first.',
          querystring: CORRELATION_QUERY,
          response: { 200: CORRELATED },
        },
      },
      ({ query }, reply) => slots.run(reply.raw, (signal) => correlated(query, signal)),
    );
    app.get<{ Querystring: FromSchema<typeof QUERY>; Params: FromSchema<typeof PARAMETERS> }>(
      '/studies/:study',
      {
        schema: {
          summary: 'What is found in the lines of containers.',
          params: PARAMETERS,
          querystring: QUERY,
          response: { 200: STUDIED },
        },
      },
      ({ query, params }, reply) => slots.run(reply.raw, (signal) => studied(params.study, query, signal)),
    );
    done();
  };

  async function studied(name: (typeof STUDY_NAMES)[number], query: FromSchema<typeof QUERY>, signal: AbortSignal) {
    const metric = knownMetric(recordings, 'metric', query.metric);
    const range = rangeOf(recordings, limits, query);
    const containers = idsByRecording(recordings, query.containers);
    const limitName = name === 'trend' ? LIMITS[metric.id] : undefined;
    const limit = limitName === undefined ? undefined : findMetric(recordings.metrics(), limitName);
    const lines = [];
    let step = 0;
    for (const recording of recordings.all) {
      const ids = containers.get(recording);
      if (ids === undefined) continue;
      const interval = recordings.intervalOf(recording);
      const node = recordings.nodeOf(recording);
      const grid = gridOf(range.from, range.to, interval, MOST_VALUES);
      step = Math.max(step, grid.step);
      const request = { containers: ids, ...grid, rate: true, interval, signal };
      const series = await seriesOf(recording, { ...request, metric }, MOST_LINES + 1);
      if (lines.length + series.length > MOST_LINES) {
        throw new Problem('too_many_series', `${MOST_LINES} lines are studied at once: name fewer containers`);
      }
      const ofLimit =
        limit === undefined ? [] : await seriesOf(recording, { ...request, metric: limit }, MOST_LINES + 1);
      for (const one of series) {
        await turn();
        signal.throwIfAborted();
        const findings = study(name, seriesIn(one.values, grid), lastOf(ofLimit, one.container));
        lines.push({
          node,
          container: one.container,
          key: indexKey(one.container),
          keys: { ...one.keys },
          values: one.values.size,
          findings: findings.map(bodyOf),
        });
      }
    }
    return { study: name, metric: metric.id, unit: shownUnit(metric), step, lines };
  }

  async function correlated(query: FromSchema<typeof CORRELATION_QUERY>, signal: AbortSignal) {
    const metric = knownMetric(recordings, 'metric', query.metric);
    if (metric.table !== 'containers') {
      throw new Problem('bad_request', 'metric: wanted one of the table containers, whose metrics are compared');
    }
    const range = rangeOf(recordings, limits, query);
    const [container, second] = findContainers(recordings, [query.container]);
    if (second !== undefined)
      throw new Problem('bad_request', 'container: several have this name; name one by node:id');
    const interval = recordings.intervalOf(container!.recording);
    const grid = gridOf(range.from, range.to, interval, MOST_CORRELATED);
    const metrics = recordings.metrics().filter(({ table }) => table === 'containers');
    const all = await allSeriesOf(container!.recording, {
      ...grid,
      metrics,
      container: container!.full_id,
      interval,
      signal,
    });
    const own = all.get(metric.id);
    const candidates = new Map(
      [...all].filter(([id]) => id !== metric.id).map(([id, values]) => [id, seriesIn(values, grid)]),
    );
    const found = own === undefined ? [] : correlation(seriesIn(own, grid), candidates, { maxLag: query.max_lag_ms });
    return {
      metric: metric.id,
      step: grid.step,
      candidates: candidates.size,
      correlations: found.map(({ name, correlation: strength, lag, confidence }) => ({
        metric: name,
        correlation: strength,
        lag_ms: lag,
        confidence,
      })),
    };
  }
}

/** Buckets without a value are gaps. */
function seriesIn(values: Buckets, { from, step, buckets }: Grid): StudySeries {
  return { times: Float64Array.from({ length: buckets }, (_, at) => from + at * step), values: values.means() };
}

/** What a limit was last; null where it has none. */
function lastOf(series: readonly Series[], container: string): number | null {
  const found = series.find((one) => one.container === container);
  const last = found?.values.means().findLast((value) => !Number.isNaN(value));
  return last ?? null;
}

function bodyOf({ facts, ...finding }: Finding) {
  const numbers = Object.entries(facts).map(([name, value]) => [name, value === null ? null : jsonNumber(value)]);
  return { ...finding, facts: Object.fromEntries(numbers) as Record<string, number | null> };
}
