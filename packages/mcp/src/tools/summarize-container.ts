import type { Container, Event, Line } from '../answers.ts';
import { type Api, ApiFailure, shortNumber } from '../api.ts';
import { container, from, to } from '../arguments.ts';
import { type Figures, healthOf, PRESSURES } from '../health.ts';
import { tool } from '../tool.ts';
import { containerBody } from './list-containers.ts';
import { eventBody } from './get-events.ts';

/** Metrics of the summary by what they are about. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  cpu: [
    'cpu_usage_millicores',
    'cpu_limit_millicores',
    'cpu_usage_percent',
    'cpu_stat_nr_throttled',
    'cpu_stat_throttled_usec',
  ],
  memory: ['memory_current_bytes', 'memory_max_bytes', 'memory_percent', 'memory_swap_current_bytes'],
  io: ['io_stat_rbytes', 'io_stat_wbytes'],
  pids: ['pids_current', 'pids_max'],
  pressure: PRESSURES,
};
/** Metrics that the API gives at once. */
const AT_ONCE = 8;
const POINTS = 1000;
/** Events that are listed; all are counted. */
const MOST_LISTED = 20;
/** Events that are looked through, the gravest. */
const MOST_EVENTS = 10_000;

export const summarizeContainer = tool({
  name: 'summarize_container',
  title: 'Health of a container',
  description:
    'How a container is, of a range (15 minutes unless given): CPU, memory, I/O, tasks and pressure as mean, min, max and last, its events, and findings: OOM kills and memory above 90 % of its limit are critical; memory above 80 %, memory that rises (with the time to the limit), throttling, pressure above 10 % and restarts are warnings. No findings: none of these. Ask this before looking at series.',
  shape: { container, from, to },
  answer: async (api, { container: name, from, to }) => {
    const range = { from, to };
    const { id, about } = await one(api, name, range);
    const figures = await figuresOf(api, id, range);
    if (figures.size === 0)
      throw new ApiFailure(`no_data: of ${name.slice(0, 80)} there is ${await seenWhen(api, about)}`);
    const { events } = await api.ask('events', { containers: id, ...range, limit: MOST_EVENTS });
    const own = events.filter((event) => event.container !== null);
    const counts = new Map([...Map.groupBy(own, ({ type }) => type)].map(([type, all]) => [type, all.length]));
    const findings = healthOf({ figures, events: counts, rise: await riseOf(api, id, range) });
    return {
      container: about,
      healthy: findings.length === 0,
      findings,
      ...sections(figures),
      events: {
        counts: Object.fromEntries(counts),
        latest: latestOf(own).map(eventBody),
        left_out: Math.max(0, own.length - MOST_LISTED),
      },
    };
  },
});

type Range = { readonly from: string | undefined; readonly to: string | undefined };

/** The container of a name, as the API finds it. @throws ApiFailure for none and for several */
async function one(api: Api, name: string, range: Range) {
  if (name.includes(','))
    throw new ApiFailure(`unknown_container: ${name.slice(0, 80)}: wanted the id of one container`);
  // The API knows which containers a name is of; a chart of it says which have rows.
  const { charts } = await api.ask('timeseries', { metrics: 'pids_current', containers: name, ...range, points: 1 });
  const { containers } = await api.ask('containers', { limit: 10_000 });
  const ids = new Set(charts[0]!.lines.map(({ node, container }) => `${node}:${container}`));
  const found = containers.filter((each) => (ids.size === 0 ? isOf(each, name) : ids.has(`${each.node}:${each.id}`)));
  if (found.length > 1) {
    throw new ApiFailure(
      `bad_request: ${name.slice(0, 80)} is the name of ${found.length} containers: ${found
        .slice(0, 5)
        .map((each) => `${each.node}:${each.id}`)
        .join(', ')}`,
    );
  }
  const [known] = found;
  return {
    id: known === undefined ? name : `${known.node}:${known.id}`,
    about: known === undefined ? null : containerBody(known),
  };
}

/** A container that has no rows in the range, and of which there may be in another. */
function isOf({ node, id }: Container, name: string): boolean {
  return id.startsWith(name) || `${node}:${id}`.startsWith(name);
}

async function seenWhen(api: Api, about: ReturnType<typeof containerBody> | null): Promise<string> {
  return about === null
    ? await api.whyNothing()
    : `nothing in this range; it was seen from ${about.first_seen} to ${about.last_seen}`;
}

/** Only metrics that these recordings have: an older kernel has fewer. */
async function figuresOf(api: Api, id: string, range: Range): Promise<Map<string, Figures>> {
  const { metrics } = await api.ask('metrics');
  const names = new Set(metrics.map((each) => each.id));
  const wanted = Object.values(ABOUT)
    .flat()
    .map((name) => `containers.${name}`)
    .filter((name) => names.has(name));
  const figures = new Map<string, Figures>();
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const { charts } = await api.ask('timeseries', {
      metrics: wanted.slice(at, at + AT_ONCE),
      containers: id,
      ...range,
      points: POINTS,
    });
    for (const { metric, unit, lines } of charts) {
      const found = lines[0] === undefined ? null : figuresOfLine(lines[0], unit);
      if (found !== null) figures.set(metric.slice('containers.'.length), found);
    }
  }
  return figures;
}

function figuresOfLine({ values, lowest, highest }: Line, unit: string | null): Figures | null {
  const known = (list: Line['values']): number[] => list.filter((value) => value !== null);
  const means = known(values);
  if (means.length === 0) return null;
  return {
    unit,
    mean: means.reduce((sum, value) => sum + value, 0) / means.length,
    min: Math.min(...known(lowest ?? values)),
    max: Math.max(...known(highest ?? values)),
    last: means.at(-1)!,
  };
}

async function riseOf(api: Api, id: string, range: Range) {
  const { lines } = await api.ask('studies/trend', {
    metric: 'containers.memory_current_bytes',
    containers: id,
    ...range,
  });
  const facts = lines[0]?.findings[0]?.facts;
  const perSecond = facts?.['per_second'] ?? 0;
  return perSecond <= 0 ? null : { perSecond, limitInMs: facts?.['limit_in_ms'] ?? null };
}

function sections(figures: ReadonlyMap<string, Figures>) {
  return Object.fromEntries(
    Object.entries(ABOUT).map(([about, names]) => {
      const found = names.flatMap((name) =>
        figures.has(name) ? [[name, figureBody(figures.get(name)!)] as const] : [],
      );
      return [about, Object.fromEntries(found)];
    }),
  );
}

function figureBody({ unit, mean, min, max, last }: Figures) {
  return { unit, mean: shortNumber(mean), min: shortNumber(min), max: shortNumber(max), last: shortNumber(last) };
}

function latestOf(events: readonly Event[]): Event[] {
  return events.slice(-MOST_LISTED);
}
