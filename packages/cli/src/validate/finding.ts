/** `error`: a reader can be misled. `warning`: something is not as it should be. `info`: a fact worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Every rule, with what it asks for. docs/command-line.md is made of this table. */
export const RULES = {
  'file-name':
    'Files are dt=YYYY-MM-DD/identifier=<id>/<table>-<YYYYMMDDTHHMMSS>Z.parquet or <table>-consolidated-<stamp>-<stamp>.parquet, and the day is that of the first stamp.',
  'unexpected-file': 'Nothing else stands in a data directory: no unfinished file has a final name.',
  footer: 'The footer can be read, and there are rows.',
  'footer-metadata':
    'The footer says schema version, table, interval, run, window, segment, node, kernel and recorder version; that of a consolidated file says the last five of each run it was made of.',
  columns:
    'All columns of the catalog are there, in its order and with their types, and then numbers that only this kernel has.',
  'column-metadata': "Each column's unit, kind, help and source are those of the catalog.",
  'row-key': 'Each row has a time, a tick and an entity.',
  order: 'Rows are sorted by entity, then time.',
  duplicate: 'An entity has one row a tick; more only where an event tells that the clock was set back.',
  window: "Rows lie in the footer's window, and their ticks in the day of the directory.",
  tick: 'The tick is floor(time / interval), give or take one. Rows that were read later than that are a warning.',
  counter: 'Counters only grow, unless the container was restarted.',
  value: 'Amounts are not negative, and no number is NaN or infinite.',
  labels: 'The labels of an entity stay the same.',
  gap: 'Ticks that an entity misses while it lives, and times in which nothing was recorded.',
  index: 'index.json agrees with the files.',
  session: 'Each run has its session-<run_id>.json.',
  superseded: 'Files whose rows are in a consolidated file: they do not count, and are deleted soon.',
  spool: 'Windows that are open, or were left by a recorder that was killed.',
} as const;

export type Rule = keyof typeof RULES;

/** Something that a check has found. */
export interface Finding {
  readonly severity: Severity;
  readonly path: string;
  readonly rule: Rule;
  /** What was found, and what was wanted. */
  readonly message: string;
}

/** A file in which nothing fits would give hundreds of findings that say the same. */
const MOST_PROBLEMS = 5;

/** Errors of one kind in one file, with only the first few of them spelt out. */
export function errorsOf(path: string, rule: Rule, problems: readonly string[]): Finding[] {
  const error = (message: string): Finding => ({ severity: 'error', path, rule, message });
  const more = problems.length - MOST_PROBLEMS;
  const shown = problems.slice(0, MOST_PROBLEMS).map(error);
  return more > 0 ? [...shown, error(`and ${more} more of this kind`)] : shown;
}
