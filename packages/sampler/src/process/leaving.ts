import type { Columns, Entity } from '@fgm/catalog';
import { existsSync } from '@fgm/kernfs/files';
import type { EntityEvents } from '../events/entity-events.ts';
import type { GroupShare } from '../group/group-share.ts';
import type { LastFigures } from '../messages.ts';

/** One that the kernel has said is gone, until main says so too. */
export interface Leaving {
  readonly containerId: string;
  readonly share: GroupShare;
  readonly events: EntityEvents;
  /** Microseconds since the epoch of its last row; -1 when it had none. */
  readonly lastTime: number;
  /** The CPU usage that its last row tells, microseconds; -1 when it tells none. */
  readonly lastUsage: number;
  /** The counters of its last row, by column. */
  readonly counters: Readonly<Record<string, number>>;
}

/** The counters that a row has, by column. */
export function countersOf({
  columns,
  row,
}: {
  readonly columns: Columns;
  readonly row: number;
}): Record<string, number> {
  const counters: Record<string, number> = {};
  for (const [column, { name, kind, type }] of columns.layout.columns.entries())
    if (kind === 'counter' && type !== 'double' && columns.isValid(column, row))
      counters[name] = columns.getInt(column, row);
  return counters;
}

/**
 * Figures in which no counter is less than a row has told: a process is counted until it is off its CPU, which is a moment after
 * the cgroup has none any more, and a tick may have read that moment's time already.
 */
export function notBelow<Figures extends LastFigures>(
  figures: Figures,
  told: Readonly<Record<string, number>>,
): Figures {
  const values = Object.entries(figures.values).map(([name, value]) => [name, Math.max(value, told[name] ?? value)]);
  return { ...figures, values: Object.fromEntries(values) as Record<string, number> };
}

/** Whether figures tell more than the last row: a row's time may be later than its figures on a machine that stands still. */
export function isNews(
  { time, values }: LastFigures,
  known: Pick<Leaving, 'lastTime' | 'lastUsage'> | undefined,
): boolean {
  if (known === undefined) return true;
  return time > known.lastTime || (values['cpu_stat_usage_usec'] ?? -1) > known.lastUsage;
}

/** Files that are not there may be those of a controller that is not, unless the directory itself is gone. */
export function exists({ processDirectories: [directory] }: Entity): boolean {
  return directory === undefined || existsSync(directory);
}
