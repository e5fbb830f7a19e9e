import { scanPart, type TablePart } from '@fgm/store/read';
import { type Recording, untilSteady } from '../recordings/recording.ts';

/** Columns of numbers that a list of processes shows. */
export const PROCESS_FIGURES = [
  'cpu_millicores',
  'stat_rss_bytes',
  'uss_bytes',
  'smaps_rollup_pss_bytes',
  'io_read_bytes',
  'io_write_bytes',
  'stat_num_threads',
] as const;
export type ProcessFigure = (typeof PROCESS_FIGURES)[number];

/** A process as it was at an instant. */
export interface ProcessAt {
  readonly container: string;
  readonly pid: number;
  readonly comm: string | null;
  readonly cmdline: string | null;
  readonly state: string | null;
  /** When the row was read, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** NaN where nothing is known. */
  readonly figures: Readonly<Record<ProcessFigure, number>>;
}

/** Which processes, and when. */
export interface ProcessRequest {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** How old the last row of a process may be then, in milliseconds: an interval and what a tick may be late. */
  readonly within: number;
  /** Ids of containers; null for all. */
  readonly containers: readonly string[] | null;
  readonly signal: AbortSignal;
}

/** The processes that there were at an instant, by the last row of each before it. */
export function processesAt(recording: Recording, request: ProcessRequest): Promise<ProcessAt[]> {
  return untilSteady(recording, async () => {
    const { at, within, signal } = request;
    const found = new Map<string, ProcessAt>();
    const scan = {
      columns: PROCESS_FIGURES,
      containers: request.containers?.toSorted() ?? null,
      from: at - within,
      to: at + 1,
      keys: ['pid', 'start_time'],
    };
    await recording.eachPart('processes', { from: scan.from, to: scan.to, signal }, ({ part }) => {
      const text = textReader(part);
      return scanPart(part, scan, ({ container, keys, to, times, values }) => {
        const last = times.length - 1;
        found.set(`${container}\n${keys.join('\n')}`, {
          container,
          pid: Number(keys[0]),
          comm: text('comm', to - 1),
          cmdline: text('cmdline', to - 1),
          state: text('state', to - 1),
          time: times[last]!,
          figures: figuresOf(values, last),
        });
      });
    });
    return [...found.values()];
  });
}

function figuresOf(values: readonly Float64Array[], row: number): Record<ProcessFigure, number> {
  const entries = PROCESS_FIGURES.map((name, at) => [name, values[at]![row]!]);
  return Object.fromEntries(entries) as Record<ProcessFigure, number>;
}

/** Reads texts of rows: of each column a row group at a time, when the first of its rows is asked for. */
function textReader(part: TablePart): (column: string, row: number) => string | null {
  const read = new Map<string, (string | null)[]>();
  return (column, row) => {
    const group = part.groups.find(({ first, rows }) => row >= first && row < first + rows)!;
    const key = `${column} ${group.first}`;
    let texts = read.get(key);
    if (texts === undefined) {
      const { codes, dictionary } = part.texts(column, group.first, group.first + group.rows);
      texts = Array.from(codes, (code) => dictionary[code] ?? null);
      read.set(key, texts);
    }
    return texts[row - group.first] ?? null;
  };
}
