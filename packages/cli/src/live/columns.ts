import type { LiveProcess, LiveRow } from '@fgm/agent';
import { formatBytes, formatCount, formatPercent } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';

type Emphasis = keyof Style | null;

/** A column of numbers right of the name. */
export interface LiveColumn<Row = LiveRow> {
  readonly heading: string;
  readonly cells: number;
  /** The lower, the longer it stays when the terminal is narrow. */
  readonly rank: number;
  readonly text: (row: Row) => string | null;
  readonly emphasis?: (row: Row) => Emphasis;
}

/** Shares of a limit from which a row deserves a look, and from which it is about to fail. */
const HIGH_PERCENT = 80;
const FULL_PERCENT = 95;
const MILLICORES_PER_PERCENT = 10;

function shown<T>(value: T | null, format: (value: T) => string): string | null {
  return value === null ? null : format(value);
}

const PSS_CELLS = 8;

/** An exact PSS, or a sign and what it is at least. */
function shownPss({ pssBytes, pssLowerBytes }: Pick<LiveRow, 'pssBytes' | 'pssLowerBytes'>): string | null {
  if (pssBytes !== null || pssLowerBytes === null) return shown(pssBytes, formatBytes);
  const bound = `>${formatBytes(pssLowerBytes)}`;
  return bound.length <= PSS_CELLS ? bound : bound.replace(' ', '');
}

function severity(percent: number | null): Emphasis {
  if (percent === null || percent < HIGH_PERCENT) return null;
  return percent < FULL_PERCENT ? 'warning' : 'alarm';
}

/** CPU is in percent of one core, as top shows it. */
export const LIVE_COLUMNS: readonly LiveColumn[] = [
  {
    heading: 'CPU',
    cells: 7,
    rank: 0,
    text: (row) => shown(row.cpuMillicores, (millicores) => formatPercent(millicores / MILLICORES_PER_PERCENT)),
  },
  {
    heading: 'OF LIMIT',
    cells: 8,
    rank: 4,
    text: (row) => shown(row.cpuPercent, formatPercent),
    emphasis: (row) => severity(row.cpuPercent),
  },
  {
    heading: 'THROTTLED',
    cells: 9,
    rank: 3,
    text: (row) => shown(row.throttledPercent, formatPercent),
    emphasis: (row) => (row.throttledPercent ? 'warning' : null),
  },
  { heading: 'MEMORY', cells: 8, rank: 1, text: (row) => shown(row.memoryBytes, formatBytes) },
  {
    heading: 'OF LIMIT',
    cells: 8,
    rank: 5,
    text: (row) => shown(row.memoryPercent, formatPercent),
    emphasis: (row) => severity(row.memoryPercent),
  },
  { heading: 'PSS', cells: PSS_CELLS, rank: 2, text: shownPss },
  { heading: 'PROCESSES', cells: 9, rank: 6, text: (row) => shown(row.processes, formatCount) },
];

/** Columns of the processes below the table, under those of the same name. */
export const PROCESS_COLUMNS: readonly LiveColumn<LiveProcess>[] = [
  {
    heading: 'CPU',
    cells: 7,
    rank: 0,
    text: (row) => shown(row.cpuMillicores, (millicores) => formatPercent(millicores / MILLICORES_PER_PERCENT)),
  },
  { heading: 'MEMORY', cells: 8, rank: 1, text: (row) => shown(row.rssBytes, formatBytes) },
  { heading: 'PSS', cells: PSS_CELLS, rank: 2, text: shownPss },
  { heading: 'THREADS', cells: 9, rank: 3, text: (row) => shown(row.threads, formatCount) },
  { heading: 'PID', cells: 8, rank: 4, text: (row) => `${row.pid}` },
];

/** Two spaces stand between columns. */
export const GAP = 2;

/** Names are given at least this much before a column is. */
const NAME_CELLS = 20;

/** The columns that fit beside a readable name, in their order. */
export function columnsFor<Row>(all: readonly LiveColumn<Row>[], width: number): readonly LiveColumn<Row>[] {
  let left = width - NAME_CELLS;
  const kept = all
    .toSorted((a, b) => a.rank - b.rank)
    .filter((column) => {
      left -= column.cells + GAP;
      return left >= 0;
    });
  return all.filter((column) => kept.includes(column));
}
