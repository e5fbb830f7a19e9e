/** Key of the footer under which a consolidated file says what it was made of. */
export const SOURCES = 'fgm.sources';

/** The windows of one run that are in a file. */
export interface SourceRun {
  readonly run_id: string;
  /** Numbers of the run's segments, from and to, both included. */
  readonly segments: readonly (readonly [from: number, to: number])[];
  /** ISO 8601: the start of the first of its windows, the end of the last one. */
  readonly window_start: string;
  readonly window_end: string;
  /** What recorded, under which kernel and on which node; null where the file does not say. */
  readonly recorder_version: string | null;
  readonly kernel_release: string | null;
  readonly node: string | null;
}

/** A run of more windows is none: a consolidated file has those of an hour. */
const MOST_SEGMENTS = 1 << 20;

type Metadata = ReadonlyMap<string, string>;

/** What a file of a recorder was made of: one window, or what its own footer lists. Empty where the footer does not say. */
export function sourceRuns(metadata: Metadata): SourceRun[] {
  const listed = metadata.get(SOURCES);
  if (listed !== undefined) return parseRuns(listed);
  const run_id = metadata.get('fgm.run_id');
  const segment = metadata.get('fgm.segment');
  if (run_id === undefined || segment?.startsWith(`${run_id}-`) !== true) return [];
  const number = Number(segment.slice(run_id.length + 1));
  if (!Number.isSafeInteger(number)) return [];
  const at = (key: string): string | null => metadata.get(key) ?? null;
  return [
    {
      run_id,
      segments: [[number, number]],
      window_start: at('fgm.window_start') ?? '',
      window_end: at('fgm.window_end') ?? '',
      recorder_version: at('fgm.recorder_version'),
      kernel_release: at('fgm.kernel_release'),
      node: at('fgm.node'),
    },
  ];
}

function parseRuns(text: string): SourceRun[] {
  try {
    const list = JSON.parse(text) as unknown;
    return Array.isArray(list) ? list.filter(isRun) : [];
  } catch {
    // Not written by us: then nothing is known of it.
    return [];
  }
}

function isRun(entry: unknown): entry is SourceRun {
  const { run_id, segments, window_start, window_end } = (entry ?? {}) as Partial<SourceRun>;
  const pair = (range: unknown): boolean => {
    const [from, to] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : [];
    return isNumber(from) && isNumber(to) && from <= to && to - from < MOST_SEGMENTS;
  };
  const texts = [run_id, window_start, window_end].every((text) => typeof text === 'string');
  return texts && Array.isArray(segments) && segments.every(pair);
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** True when one of the segments of `of` is in `runs`, too: then the same rows would be there twice. */
export function overlap(runs: readonly SourceRun[], of: readonly SourceRun[]): boolean {
  return of.some((one) =>
    runs.some(
      (other) =>
        other.run_id === one.run_id &&
        other.segments.some(([from, to]) => one.segments.some((range) => range[0] <= to && range[1] >= from)),
    ),
  );
}

/** Every segment by its name in the spool, `<run_id>-<n>`. */
export function segmentNames(runs: readonly SourceRun[]): string[] {
  return runs.flatMap(({ run_id, segments }) =>
    segments.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => `${run_id}-${from + at}`)),
  );
}

/** The runs of several files put together, in the order of time. */
export function joinRuns(runs: readonly SourceRun[]): SourceRun[] {
  const joined = Map.groupBy(runs, ({ run_id, recorder_version, kernel_release, node }) =>
    JSON.stringify([run_id, recorder_version, kernel_release, node]),
  );
  const all = [...joined.values()].map((same): SourceRun => ({
    ...same[0]!,
    segments: joinRanges(same.flatMap(({ segments }) => segments)),
    window_start: same.map(({ window_start }) => window_start).reduce((a, b) => (a < b ? a : b)),
    window_end: same.map(({ window_end }) => window_end).reduce((a, b) => (a > b ? a : b)),
  }));
  return all.sort((a, b) => (a.window_start < b.window_start ? -1 : a.window_start > b.window_start ? 1 : 0));
}

function joinRanges(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
