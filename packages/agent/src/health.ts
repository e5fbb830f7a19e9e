/** What the health endpoints are decided from, read anew at each request. */
export interface HealthFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly startedAt: number;
  readonly intervalMs: number;
  /** Milliseconds since the epoch at which every shard had completed its last tick; 0 before the first. */
  readonly lastTick: number;
  /** Milliseconds since the epoch at which rows were last written to the spool; 0 before the first. */
  readonly lastWrite: number;
  readonly entities: number;
  /** Set while the writer cannot write. */
  readonly writeTrouble: string | null;
  /** The --cgroup-root, while there is no cgroup tree at it. */
  readonly rootWithoutCgroups: string | null;
  /** Windows that could not be read, or not wholly, since the start. */
  readonly damagedSegments: number;
  /** Set when a thread is gone for good. */
  readonly fatal: string | null;
  readonly stopping: boolean;
}

export interface HealthReport {
  readonly ok: boolean;
  /** Why, in words; `ok` when all is well. */
  readonly reason: string;
}

/** Ticks without a sample after which the recorder counts as silent. */
const SILENT_TICKS = 3;
/** Below this many milliseconds nothing counts as silence, however short the interval: a garbage collection is no outage. */
const SILENT_AT_LEAST_MS = 1_000;

const OK: HealthReport = { ok: true, reason: 'ok' };

function red(reason: string): HealthReport {
  return { ok: false, reason };
}

function silentAfter(facts: HealthFacts): number {
  return Math.max(SILENT_AT_LEAST_MS, SILENT_TICKS * facts.intervalMs);
}

/** Live: the recorder's threads run. A supervisor should restart it when this is red. */
export function liveness(facts: HealthFacts): HealthReport {
  if (facts.fatal !== null) return red(facts.fatal);
  const since = facts.now - Math.max(facts.lastTick, facts.startedAt);
  // Far above readiness: a machine that stalls is no reason to lose what is in memory.
  const patience = Math.max(60_000, 10 * facts.intervalMs);
  if (since > patience) return red(`no tick for ${seconds(since)}: the sampler threads do not run`);
  return OK;
}

/** Ready: samples are taken and written. Red when there is something to sample and nothing was written for 3 ticks. */
export function readiness(facts: HealthFacts): HealthReport {
  if (facts.stopping) return red('stopping');
  const live = liveness(facts);
  if (!live.ok) return live;
  if (facts.writeTrouble !== null) return red(facts.writeTrouble);
  if (facts.rootWithoutCgroups !== null)
    return red(`no cgroup tree at ${facts.rootWithoutCgroups}: nothing can be found until one is mounted there`);
  if (facts.entities === 0) return { ok: true, reason: 'nothing to record: no container was found' };
  const since = facts.now - Math.max(facts.lastWrite, facts.startedAt);
  if (since > silentAfter(facts)) {
    return red(`silent: ${facts.entities} entities exist and no sample was written for ${seconds(since)}`);
  }
  if (facts.lastWrite === 0) return red('starting: no sample has been written yet');
  // What is lost is lost: no reason to take the recorder out of service, but whoever asks shall know.
  if (facts.damagedSegments > 0)
    return {
      ok: true,
      reason: `ok, but ${facts.damagedSegments} windows in the spool could not be read: see the events`,
    };
  return OK;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
