import { readFate, readNamespacePid } from '@fgm/kernfs';
import type { ProcessColumns } from '../process/process-columns.ts';
import type { ProcessTarget } from '../process/process-target.ts';
import { isRuntimeStage } from '../process/runtime-stage.ts';

/** A process of a container in which the OOM killer was, with its last row. */
export interface Suspect {
  readonly pid: number;
  readonly comm: string;
  readonly startTime: number;
  /** Microseconds since the epoch at which its row was read. */
  readonly time: number;
  readonly rss: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** Who could have been killed: the processes as their last rows have them. */
export function suspectsOf(processes: readonly ProcessTarget[], at: ProcessColumns): Suspect[] {
  return processes
    .filter(({ comm }) => !isRuntimeStage(comm))
    .map((process) => {
      const { columns, row } = process;
      const figures: Record<string, number> = {};
      for (const name of FIGURES) {
        const column = columns.layout.columns.findIndex((candidate) => candidate.name === name);
        if (column >= 0 && columns.isValid(column, row)) figures[name] = columns.getInt(column, row);
      }
      const rss = columns.isValid(at.rss, row) ? columns.getInt(at.rss, row) : 0;
      return {
        pid: process.pid,
        comm: process.comm,
        startTime: process.startTime,
        time: columns.getInt(0, row),
        // Who is on its way out has given its memory back already.
        rss: Math.max(rss, process.lastRss),
        figures,
      };
    });
}

const FIGURES = [
  'stat_rss_bytes',
  'status_rss_anon_bytes',
  'status_rss_file_bytes',
  'status_rss_shmem_bytes',
  'status_vm_swap_bytes',
  'smaps_rollup_pss_bytes',
  'uss_bytes',
  'oom_score_adj',
] as const;

/** Whether it is gone, or has exited and waits to be reaped. A process that is dying still counts as there. */
export function hasVanished(procRoot: string, { pid, startTime }: Pick<Suspect, 'pid' | 'startTime'>): boolean {
  const fate = readFate(`${procRoot}/${pid}`);
  return fate === null || fate.exited || fate.startTime !== startTime;
}

/** What became of a suspect: it `lives`; was `killed` by signal 9; `ended` otherwise; or is `gone`, who knows how. */
export type Outcome = 'lives' | 'killed' | 'ended' | 'gone';

const SIGKILL = 9;

/**
 * The kernel writes down how a process ends before it takes its memory away, which takes its time.
 * @param mayTrace who may not is shown 0, as of a process that has ended well
 */
export function outcomeOf(procRoot: string, { pid, startTime }: Suspect, mayTrace: boolean): Outcome {
  const fate = readFate(`${procRoot}/${pid}`);
  if (fate === null || fate.startTime !== startTime) return 'gone';
  if ((fate.waitStatus & 0x7f) === SIGKILL) return 'killed';
  if (!fate.exited) return 'lives';
  return fate.waitStatus !== 0 || mayTrace ? 'ended' : 'gone';
}

/** With it all others in its pid namespace are killed; it by none of them. */
export function isNamespaceInit(procRoot: string, { pid }: Suspect): boolean {
  return readNamespacePid(`${procRoot}/${pid}`) === 1;
}
