import { z } from 'zod';
import { AGGREGATES, GROUPS } from '@fgm/viewer';
import type { Chart, Line } from '../answers.ts';
import { isoTime, linesWithValues, shortNumber } from '../api.ts';
import { containers, from, metric, to } from '../arguments.ts';
import { tool } from '../tool.ts';

/** More would fill what a model can read and tell it no more. */
const MOST_VALUES = 20_000;

export const getSeries = tool({
  name: 'get_series',
  title: 'Values over time',
  description: `Values of metrics over time. Each of \`values\` is the mean of a bucket of step_ms, the first beginning at \`from\`; null where there is no row. min and max are those of all rows of the line, so no peak is lost. Counters are given as their change in a second (unit says so), rounded to seven digits. At most ${MOST_VALUES} values: metrics × top × points.`,
  shape: {
    metrics: z.array(metric).min(1).max(8),
    containers: containers.optional().describe('Ids as list_containers gives them; all containers unless given.'),
    from,
    to,
    points: z.number().int().min(1).max(1000).default(30).describe('Values of each line, at most, and one.'),
    top: z
      .number()
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe('Only so many lines of each metric: those with the greatest mean.'),
    group: z
      .enum(GROUPS)
      .optional()
      .describe(
        'What a line is: a container (default), a process, device, interface or mapping of it, each row of the table, or all together.',
      ),
    aggregate: z.enum(AGGREGATES).optional().describe('How rows of a line are put together; sum unless given.'),
    raw: z.boolean().optional().describe('Counters as they were read.'),
    extremes: z.boolean().default(false).describe('Also the lowest and highest of each bucket.'),
  },
  answer: async (api, { extremes, ...query }) => {
    const values = query.metrics.length * query.top * query.points;
    if (values > MOST_VALUES)
      throw new Error(`metrics × top × points are ${values} values, more than ${MOST_VALUES}: ask for fewer`);
    const { from: start, step, buckets, charts } = await api.ask('timeseries', query);
    const answered = charts.map((chart) => chartBody(chart, extremes));
    const nothing = answered.every(({ lines }) => lines.length === 0);
    return {
      from: isoTime(start),
      step_ms: step,
      points: buckets,
      charts: answered,
      ...(nothing ? { note: await api.whyNothing() } : {}),
    };
  },
});

function chartBody(chart: Chart, extremes: boolean) {
  const { metric, kind, unit, total } = chart;
  const lines = linesWithValues(chart);
  const leftOut = total - chart.lines.length;
  return {
    metric,
    kind,
    unit,
    lines: lines.map((line) => lineBody(line, extremes)),
    total,
    ...(leftOut > 0 ? { left_out: leftOut } : {}),
  };
}

function lineBody({ node, container, keys, values, lowest, highest }: Line, extremes: boolean) {
  const known = (list: Line['values']): number[] => list.filter((value) => value !== null);
  return {
    ...(node === null ? {} : { node }),
    ...(container === null ? {} : { container }),
    ...(Object.keys(keys).length === 0 ? {} : { keys }),
    min: shortNumber(Math.min(...known(lowest ?? values))),
    max: shortNumber(Math.max(...known(highest ?? values))),
    values: values.map(shortNumber),
    ...(extremes && lowest !== undefined && highest !== undefined
      ? { lowest: lowest.map(shortNumber), highest: highest.map(shortNumber) }
      : {}),
  };
}
