import { z } from 'zod';
import { STUDIES, STUDY_NAMES, type StudyName } from '@fgm/viewer';
import type { Finding, Line, Studied } from '../answers.ts';
import { type Api, isoTime, shortNumber } from '../api.ts';
import { container, from, metric, to } from '../arguments.ts';
import { tool } from '../tool.ts';

/** Metrics of a prefix: each of them is a study, and some tenths of a second. */
const MOST_METRICS = 40;
/** Of each line, to tell its figures by; lows and highs are of all rows all the same. */
const POINTS = 500;
/** Lines that the API studies at once. */
const MOST_LINES = 50;
const STUDY_TEXT = Object.entries(STUDIES)
  .map(([name, help]) => `${name}: ${help}`)
  .join(' ');

export const analyze = tool({
  name: 'analyze',
  title: 'Study of a metric',
  description: `What is in the lines of containers: ${STUDY_TEXT} Give \`metric\` with one or more containers, or \`metric_prefix\` with one container (such as memory_stat_, at most ${MOST_METRICS} metrics). Each line has mean, min, max, standard deviation and the findings, each with confidence: 1 less the probability of finding as much in noise. No finding: nothing is significant. facts are in the unit of the line and in milliseconds; of a trend with a limit, limit_in_ms is when it is reached.`,
  shape: {
    study: z.enum(STUDY_NAMES),
    containers: z.array(container).min(1).max(50),
    metric: metric.optional(),
    metric_prefix: z.string().min(1).max(200).optional().describe('Beginning of the names of metrics.'),
    from,
    to,
  },
  answer: async (api, { study, containers, metric, metric_prefix: prefix, ...range }) => {
    if ((metric === undefined) === (prefix === undefined)) throw new Error('wanted either metric or metric_prefix');
    if (metric !== undefined) {
      const studied = await studyOf(api, study, metric, containers, range);
      return { study, ...studied, ...(studied.lines.length === 0 ? { note: await api.whyNothing() } : {}) };
    }
    if (containers.length > 1) throw new Error('metric_prefix: wanted one container');
    const results = [];
    for (const name of await metricsOf(api, prefix!)) results.push(await studyOf(api, study, name, containers, range));
    const withRows = results.filter(({ lines }) => lines.length > 0);
    const found = withRows.filter(({ lines }) => lines.some(({ findings }) => findings.length > 0));
    return {
      study,
      metrics: found,
      metrics_without_findings: withRows.filter((one) => !found.includes(one)).map((one) => one.metric),
      metrics_without_rows: results.length - withRows.length,
      ...(withRows.length === 0 ? { note: await api.whyNothing() } : {}),
    };
  },
});

type Range = { readonly from?: string | undefined; readonly to?: string | undefined };

/** @throws Error where none or too many begin so */
async function metricsOf(api: Api, prefix: string): Promise<string[]> {
  const { metrics } = await api.ask('metrics');
  const full = metrics.filter(({ id }) => id.startsWith(prefix));
  // Without a table, those of containers: a name that several tables have would be asked for twice.
  const found = full.length > 0 ? full : metrics.filter(({ id }) => id.startsWith(`containers.${prefix}`));
  if (found.length === 0)
    throw new Error(`unknown_metric: no metric begins with ${prefix.slice(0, 80)}; list_metrics finds them`);
  if (found.length > MOST_METRICS)
    throw new Error(
      `metric_prefix: ${found.length} metrics begin with it, and ${MOST_METRICS} are the most: give more of the name`,
    );
  return found.map(({ id }) => id);
}

async function studyOf(api: Api, study: StudyName, metric: string, containers: readonly string[], range: Range) {
  const studied: Studied = await api.ask(`studies/${study}`, { metric, containers, ...range });
  const { charts } = await api.ask('timeseries', {
    metrics: metric,
    containers,
    ...range,
    group: 'each',
    points: POINTS,
    top: MOST_LINES,
  });
  const values = new Map(charts[0]!.lines.map((line) => [nameOf(line), line]));
  return {
    metric: studied.metric,
    unit: studied.unit,
    step_ms: studied.step,
    lines: studied.lines.map(({ node, container, keys, findings, values: studiedValues }) => ({
      ...(node === null ? {} : { node }),
      container,
      ...(Object.keys(keys).length === 0 ? {} : { keys }),
      values: studiedValues,
      ...figuresOf(values.get(nameOf({ node, container, keys }))),
      findings: findings.map(findingBody),
    })),
  };
}

function nameOf({ node, container, keys }: Pick<Line, 'node' | 'container' | 'keys'>): string {
  return JSON.stringify([node, container, Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The standard deviation is that of the means of buckets; min and max are of all rows. */
function figuresOf(line: Line | undefined) {
  const known = (list: Line['values']): number[] => list.filter((value) => value !== null);
  const means = known(line?.values ?? []);
  if (line === undefined || means.length === 0) return {};
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length;
  return {
    mean: shortNumber(mean),
    min: shortNumber(Math.min(...known(line.lowest ?? line.values))),
    max: shortNumber(Math.max(...known(line.highest ?? line.values))),
    standard_deviation: shortNumber(Math.sqrt(variance)),
  };
}

export function findingBody({ text, confidence, from, to, line, facts }: Finding) {
  return {
    text,
    confidence: shortNumber(confidence),
    from: isoTime(from),
    ...(to === from ? {} : { to: isoTime(to) }),
    ...(line === null ? {} : { line: line.map(shortNumber) }),
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shortNumber(value)])),
  };
}
