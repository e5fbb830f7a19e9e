/**
 * From the start of the command to the first row of every container that is there, on machines with 0, 100 and 1,000 containers:
 * time, and CPU by the kernel's accounting. Bare Node, which starts and ends, is what it is measured against.
 *
 *     node --conditions=@fgm/source bench/macro/start-up.ts [--containers 0,100,1000] [--processes 5] [--runs 5]
 *          [FLAGS OF fgm monitor after --]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { eventually } from '../harness/eventually.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { median, megabytes, short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string', default: byEffort({ full: '0,100,1000', quick: '0,100,1000', smoke: '0,3' }) },
    processes: { type: 'string', default: '5' },
    runs: { type: 'string', default: byEffort({ full: '5', quick: '2', smoke: '1' }) },
  },
});
const runs = Number(values.runs);
const processes = Number(values.processes);
const FLAGS = ['--scope', 'containers', '--memory', 'off', ...positionals];

/** Milliseconds from the start of the process. */
interface Start {
  readonly recordingMs: number;
  readonly firstRowMs: number;
  readonly allRowsMs: number;
  /** CPU milliseconds until then. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly nodeMs: number;
}

function bareNodeMs(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', ''], { stdio: 'ignore' });
  return performance.now() - start;
}

async function rows(recorder: MeasuredRecorder, table: string): Promise<number> {
  return recorder.metric(`fgm_rows_written_total{table="${table}"}`);
}

/** Rows are written to the spool at the tick after the one at which its container was found, or at once. */
async function start(directory: string, load: Load, containers: number): Promise<Start> {
  const nodeMs = bareNodeMs();
  const begin = performance.now();
  const recorder = await MeasuredRecorder.start(directory, FLAGS, load.sandbox);
  const recordingMs = performance.now() - begin;
  const since = (): number => performance.now() - begin;
  await eventually('first row', async () => (await rows(recorder, 'node')) > 0, { everyMs: 10 });
  const firstRowMs = since();
  const all = async (): Promise<boolean> =>
    (await rows(recorder, 'containers')) >= containers && (await rows(recorder, 'processes')) >= containers * processes;
  await eventually('a row of each', all, { everyMs: 10 });
  const allRowsMs = since();
  const cpuMs = recorder.cpuUsec() / 1000;
  const { peak: rssBytes } = recorder.memory();
  await recorder.stop();
  return { recordingMs, firstRowMs, allRowsMs, cpuMs, rssBytes, nodeMs };
}

function figuresOf(containers: number, starts: readonly Start[], machine: string): Figure[] {
  const pick = (name: keyof Start): number[] => starts.map((one) => one[name]);
  const name = `${short(containers)} containers`;
  return [
    measured(`${name}: it says that it records`, 'ms', pick('recordingMs'), {
      reference: against('bare Node.js', pick('recordingMs'), pick('nodeMs')),
    }),
    measured(`${name}: first row`, 'ms', pick('firstRowMs'), {
      note: 'ticks are aligned to the clock: half a second of it is waiting, on average',
    }),
    measured(`${name}: a row of each`, 'ms', pick('allRowsMs'), {
      note: `${short(containers * processes)} processes; peak RSS until then ${megabytes(median(pick('rssBytes')))}; ${machine}`,
    }),
    measured(`${name}: CPU until then`, 'ms', pick('cpuMs')),
  ];
}

const directory = scratchDirectory();
const figures: Figure[] = [];
const details: Record<string, unknown> = { flags: FLAGS, processes };
for (const containers of values.containers.split(',').map(Number)) {
  const load = await Load.start({ containers, processes, active: 0, touchBytes: 16_384 });
  try {
    const machine = new MachineLoad();
    const starts: Start[] = [];
    for (let run = 0; run < runs; run++)
      starts.push(await start(join(directory, `${containers}-${run}`), load, containers));
    details[`${containers}`] = starts;
    figures.push(...figuresOf(containers, starts, machine.describe()));
  } finally {
    load.close();
  }
}
report('start-up', figures, details);
