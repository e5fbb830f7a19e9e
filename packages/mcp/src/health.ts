/** What is wrong with a container, told from its figures of a range. */

export interface Figures {
  readonly unit: string | null;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

export interface Health {
  readonly severity: 'critical' | 'warning';
  readonly what: string;
  readonly text: string;
}

export interface Observed {
  /** By name of the metric, without its table. */
  readonly figures: ReadonlyMap<string, Figures>;
  /** How many events there were, by type. */
  readonly events: ReadonlyMap<string, number>;
  /** Of memory, where it rises: bytes in a second, and the milliseconds to its limit where that is known. */
  readonly rise: { readonly perSecond: number; readonly limitInMs: number | null } | null;
}

const FULL_PERCENT = 90;
const HIGH_PERCENT = 80;
const PRESSURE_PERCENT = 10;
export const PRESSURES = ['cpu', 'memory', 'io'].flatMap((of) => [
  `${of}_pressure_some_avg10`,
  `${of}_pressure_full_avg10`,
]);

/** The gravest first; nothing where nothing is wrong. */
export function healthOf(observed: Observed): Health[] {
  const found = [oomKills, memory, rising, throttling, pressure, restarts].flatMap((check) => check(observed));
  return [
    ...found.filter(({ severity }) => severity === 'critical'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
}

function oomKills({ events }: Observed): Health[] {
  const count = events.get('oom_kill') ?? 0;
  return count === 0
    ? []
    : [{ severity: 'critical', what: 'oom_kill', text: `${count} OOM ${count === 1 ? 'kill' : 'kills'}` }];
}

/** Of the tightest limit above it: that of a pod is as hard as its own. */
function memory({ figures }: Observed): Health[] {
  const percent = figures.get('memory_percent')?.max ?? percentOf(figures);
  if (percent === null || percent <= HIGH_PERCENT) return [];
  const severity = percent > FULL_PERCENT ? 'critical' : 'warning';
  return [{ severity, what: 'memory', text: `memory came to ${percent.toFixed(1)} % of its limit` }];
}

function percentOf(figures: Observed['figures']): number | null {
  const [used, limit] = [figures.get('memory_current_bytes'), figures.get('memory_max_bytes')];
  return used === undefined || limit === undefined || limit.last <= 0 ? null : (100 * used.max) / limit.last;
}

function rising({ rise }: Observed): Health[] {
  if (rise === null) return [];
  const until =
    rise.limitInMs === null ? 'no limit is in sight' : `it is at its limit in ${Math.round(rise.limitInMs / 1000)} s`;
  return [
    {
      severity: 'warning',
      what: 'memory_trend',
      text: `memory rises by ${Math.round(rise.perSecond)} bytes a second: ${until}`,
    },
  ];
}

function throttling({ figures }: Observed): Health[] {
  const periods = figures.get('cpu_stat_nr_throttled');
  if (periods === undefined || periods.max <= 0) return [];
  return [
    {
      severity: 'warning',
      what: 'throttling',
      text: `the CPU limit throttled it, in up to ${periods.max.toFixed(1)} periods a second`,
    },
  ];
}

function pressure({ figures }: Observed): Health[] {
  return PRESSURES.flatMap((name) => {
    const most = figures.get(name)?.max ?? 0;
    if (most <= PRESSURE_PERCENT) return [];
    return [{ severity: 'warning' as const, what: 'pressure', text: `${name} came to ${most.toFixed(1)} %` }];
  });
}

function restarts({ events }: Observed): Health[] {
  const count = events.get('container_restart') ?? 0;
  return count === 0
    ? []
    : [{ severity: 'warning', what: 'restart', text: `${count} ${count === 1 ? 'restart' : 'restarts'}` }];
}
