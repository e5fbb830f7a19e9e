import { aggregate, type Aggregate } from './aggregate.ts';
import type { Series } from './series.ts';

/** One line of a chart. */
export interface Line {
  /** Id of the container; null for all of them together. */
  readonly container: string | null;
  /** What of the container it is; empty for the container itself. */
  readonly keys: Readonly<Record<string, string | null>>;
  /** Of each bucket the mean of its values, or what several series come to; NaN where there is none. */
  readonly values: Float64Array;
  /** Least and greatest value of each bucket; null where every bucket has one value at most, and for what is put together in other ways than sums. */
  readonly extremes: { readonly lowest: Float64Array; readonly highest: Float64Array } | null;
}

export const GROUPS = ['container', 'process', 'device', 'interface', 'mapping', 'each', 'all'] as const;
/**
 * `container`: all of a container's processes, devices and so on together. `process`, `device`, `interface`, `mapping`: all that is
 * of one of them, container by container. `each`: every one for itself. `all`: one line.
 */
export type Group = (typeof GROUPS)[number];

/** Keys of rows that tell things of a kind apart. */
const KEYS_OF: Partial<Record<Group, readonly string[]>> = {
  process: ['pid', 'start_time', 'comm'],
  device: ['device', 'device_name'],
  interface: ['interface'],
  mapping: ['mapping'],
};

/** Those of a table's keys that each line has one of; null where the table has nothing of that kind. */
export function keysOfLines(group: Group, keys: readonly string[]): readonly string[] | null {
  if (group === 'each') return keys;
  const wanted = KEYS_OF[group];
  if (wanted === undefined) return [];
  const kept = keys.filter((key) => wanted.includes(key));
  return kept.length === 0 ? null : kept;
}

/** Lines of a chart, out of the series of everything. @param kept keys that each line has one of: see keysOfLines */
export function linesOf(
  series: readonly Series[],
  group: Group,
  kept: readonly string[],
  how: Aggregate,
  buckets: number,
): Line[] {
  const [first] = series;
  if (first === undefined) return [];
  if (group === 'all') {
    return [{ container: null, keys: {}, ...together(series, how, buckets) }];
  }
  if (kept.length === Object.keys(first.keys).length) return series.map(lineOf);
  const groups = Map.groupBy(series, ({ container, keys }) => lineName(container, keys, kept));
  return Array.from(groups.values(), (same) => ({
    container: same[0]!.container,
    keys: Object.fromEntries(kept.map((key) => [key, same[0]!.keys[key]!])),
    ...together(same, how, buckets),
  }));
}

/** What tells a line from all others of a recording. */
export function lineName(
  container: string,
  keys: Readonly<Record<string, string | null>>,
  kept: readonly string[],
): string {
  return [container, ...kept.map((key) => keys[key] ?? '')].join('\n');
}

function together(series: readonly Series[], how: Aggregate, buckets: number): Pick<Line, 'values' | 'extremes'> {
  const sums = series[0]!.sums;
  // Ticks of several nodes are not the same: what these came to together at one is not known.
  const isKnown = how === 'sum' && series.every((one) => one.sums === sums);
  return { values: aggregate(series, how, buckets), extremes: isKnown && sums?.isOneRow === true ? sums : null };
}

function lineOf({ container, keys, values }: Series): Line {
  const extremes = values.isSingle ? null : { lowest: values.lowest, highest: values.highest };
  return { container, keys, values: values.means(), extremes };
}
