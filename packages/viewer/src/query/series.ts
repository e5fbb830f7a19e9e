import { type Piece, scanPart } from '@fgm/store/read';
import { type Recording, untilSteady } from '../recordings/recording.ts';
import { Buckets } from './buckets.ts';
import { KEYS, type Metric, rateFactor } from '../recordings/metric.ts';
import { Rates, rateStart } from './rates.ts';
import { Ticks, type TickSums } from './ticks.ts';

/** What is put together. */
export interface Together {
  /** The same for all that come to one line. */
  readonly group: (container: string, keys: Series['keys']) => string;
  /** Whether that may be things of several containers. */
  readonly acrossContainers: boolean;
}

/** Which values of a metric, and over which stretches of time they are put together. */
export interface SeriesRequest {
  readonly metric: Metric;
  /** Ids of containers; null for all. */
  readonly containers: readonly string[] | null;
  /** Milliseconds since the Unix epoch: start of the first bucket. */
  readonly from: number;
  /** Length of each bucket in milliseconds, and how many there are. */
  readonly step: number;
  readonly buckets: number;
  /** Whether a counter is shown as its change in a second. */
  readonly rate: boolean;
  /** Which of them are put together: their ticks are counted together. None where each is for itself. */
  readonly together?: Together | undefined;
  /** Milliseconds between ticks. */
  readonly interval: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Values of one thing: a container, or a process, device or interface of it. */
export interface Series {
  readonly container: string;
  /** What of the container it is, by the table's keys; null where that is not known. */
  readonly keys: Readonly<Record<string, string | null>>;
  readonly values: Buckets;
  /** What all that it is put together with come to, the same object for each of these; null where a bucket is one tick. */
  readonly sums: TickSums | null;
}

/** More series than can be held at once: the query should ask for less. */
export class TooManySeries extends Error {
  readonly most: number;

  constructor(most: number) {
    super(`more than ${most} series`);
    this.name = 'TooManySeries';
    this.most = most;
  }
}

/**
 * Values over time, in the order in which the things were found.
 * @param most series
 * @throws TooManySeries
 */
export function seriesOf(recording: Recording, request: SeriesRequest, most: number): Promise<Series[]> {
  return untilSteady(recording, () => collect(recording, request, most));
}

async function collect(recording: Recording, request: SeriesRequest, most: number): Promise<Series[]> {
  const { metric, from, step, buckets } = request;
  const isRate = request.rate && metric.kind === 'counter';
  const names = KEYS[metric.table];
  const { together, interval } = request;
  const ticks =
    together !== undefined && step > interval ? new Ticks(request, interval, metric.table !== 'bursts') : null;
  const found = new Map<
    string,
    Series & { readonly rates: Rates; readonly group: string; tick: number; last: number }
  >();
  let container: string | null = null;
  const scan = {
    columns: [metric.name],
    containers: request.containers?.toSorted() ?? null,
    from: isRate ? rateStart(from, interval) : from,
    to: from + step * buckets,
    keys: names,
  };
  await recording.eachPart(metric.table, { ...scan, signal: request.signal }, ({ part }) => {
    const rows = part.has(metric.name) ? scanPart(part, scan, take) : 0;
    ticks?.end();
    return rows;
  });
  return [...found.values()].filter(({ values }) => values.size > 0);

  function take(piece: Piece): void {
    const { keys, times } = piece;
    const [values] = piece.values;
    // A part has the rows of a container one after the other. That of a day has too many ticks to remember those of all.
    if (together?.acrossContainers === false && piece.container !== container) ticks?.end();
    container = piece.container;
    const id = [container, ...keys].join('\n');
    let series = found.get(id);
    if (series === undefined) {
      if (found.size === most) throw new TooManySeries(most);
      const named = Object.fromEntries(names.map((name, at) => [name, keys[at]!]));
      const group = together?.group(container, named) ?? '';
      series = {
        container,
        keys: named,
        values: new Buckets(from, step, buckets),
        group,
        sums: ticks?.of(group) ?? null,
        tick: NaN,
        last: NaN,
        rates: new Rates(rateFactor(metric)),
      };
      found.set(id, series);
    }
    const shown = isRate ? series.rates.of(times, values!) : values!;
    series.values.add(times, shown);
    if (ticks === null) return;
    for (let row = 0; row < times.length; row++) {
      const value = shown[row]!;
      if (Number.isNaN(value)) continue;
      const tick = ticks.at(times[row]!);
      // Of two rows in a tick, read late and early, the later one holds: both together it never was.
      ticks.add(series.group, tick, tick === series.tick ? value - series.last : value);
      series.tick = tick;
      series.last = value;
    }
  }
}
