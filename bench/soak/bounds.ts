import { mediansOf, trendOf, type Point, type Trend } from '@fgm/testkit';
import type { Holding } from './holdings.ts';

/** What may grow by how much. */
export interface Bound {
  /** An hour, at the rate of the soak. */
  readonly perHour: number;
  /** During the run. Less than that is not called a leak, however steady it is: heaps and caches breathe. */
  readonly inAll: number;
  /** During a run that is over before heaps and compiled code have their size. */
  readonly inShort?: number;
  /** After all containers have gone, above what was held before they came. */
  readonly left: number;
}

const MIB = 2 ** 20;

/** At 40,000 containers and 720,000 processes an hour, one byte lost with each is 0.7 MiB. */
export const BOUNDS: Readonly<Record<Holding, Bound>> = {
  descriptors: { perHour: 2, inAll: 4, left: 8 },
  threads: { perHour: 1, inAll: 1, left: 2 },
  rss: { perHour: 8 * MIB, inAll: 3 * MIB, inShort: 24 * MIB, left: 96 * MIB },
  anonymous: { perHour: 8 * MIB, inAll: 3 * MIB, inShort: 24 * MIB, left: 96 * MIB },
  heap: { perHour: 2 * MIB, inAll: 3 * MIB, left: 8 * MIB },
  external: { perHour: 1 * MIB, inAll: 2 * MIB, left: 4 * MIB },
  wasm: { perHour: 2 * MIB, inAll: 4 * MIB, left: 64 * MIB },
  watches: { perHour: 10, inAll: 12, left: 8 },
  'kernel files': { perHour: 10, inAll: 24, left: 8 },
  entities: { perHour: 10, inAll: 12, left: 0 },
  identities: { perHour: 100, inAll: 100, left: 100 },
  disk: { perHour: 8 * MIB, inAll: 4 * MIB, left: Number.POSITIVE_INFINITY },
  files: { perHour: 20, inAll: 16, left: Number.POSITIVE_INFINITY },
  index: { perHour: 0.5 * MIB, inAll: 0.25 * MIB, left: Number.POSITIVE_INFINITY },
};

export interface Judgement {
  /** For each hour. */
  readonly trend: Trend;
  /** Least growth during the run that the confidence interval allows. */
  readonly grown: number;
  readonly leaks: boolean;
}

/** So many medians of a run are judged: enough to see a trend, few enough that one covers some rotations. */
const SPANS = 40;

/** After so many seconds a recorder has its size: heaps, compiled code. What is judged from before that on may grow more. */
export const SETTLED_AFTER = 300;

/** The bound of a run that is judged from so many seconds after its start on. */
export function boundOf(name: Holding, judgedFrom: number): Bound {
  const bound = BOUNDS[name];
  return judgedFrom < SETTLED_AFTER ? { ...bound, inAll: bound.inShort ?? bound.inAll } : bound;
}

/** Whether it is certain that something grows, by more than it may. @param points at hours since the start */
export function judge(points: readonly Point[], { perHour, inAll }: Pick<Bound, 'perHour' | 'inAll'>): Judgement {
  const trend = trendOf(mediansOf(points, SPANS));
  const grown = trend.low * (points.at(-1)![0] - points[0]![0]);
  return { trend, grown, leaks: trend.low > perHour && grown > inAll };
}
