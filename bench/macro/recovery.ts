/**
 * What kill -9 leaves and how long the next start needs for it: a spool of a whole window, recovered to Parquet by a recorder that
 * records meanwhile. Starts with nothing left behind are measured by turns with it.
 *
 *     node --conditions=@fgm/source bench/macro/recovery.ts [--containers 100] [--processes 5] [--ticks 90] [--runs 5]
 *
 * The window is recorded at 10 Hz, so that it is full after 9 seconds, by a load that works as often.
 */
import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { eventually } from '../harness/eventually.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { countRecorded, parquetFiles } from '../harness/recording.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { megabytes, short } from '../harness/statistics.ts';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '4' }) },
    processes: { type: 'string', default: '5' },
    ticks: { type: 'string', default: byEffort({ full: '90', quick: '90', smoke: '20' }) },
    runs: { type: 'string', default: byEffort({ full: '5', quick: '2', smoke: '1' }) },
  },
});
const [ticks, runs] = [Number(values.ticks), Number(values.runs)];
const INTERVAL_MS = 100;
const FLAGS = ['--scope', 'containers', '--memory', 'off'];
/** Recovery within a second is what is wanted. */
const AIM_MS = 1000;

process.env['FGM_LOAD_VARIED'] = '1';
process.env['FGM_LOAD_PERIOD_MS'] = `${INTERVAL_MS}`;
const directory = scratchDirectory();
const left = join(directory, 'left');
const load = await Load.start({
  containers: Number(values.containers),
  processes: Number(values.processes),
  active: 1,
  touchBytes: 65_536,
});

async function leaveAWindow(): Promise<void> {
  const recorder = await MeasuredRecorder.start(
    left,
    [...FLAGS, '--interval', `${INTERVAL_MS}ms`, '--rotation', '1h'],
    load.sandbox,
  );
  await pause(INTERVAL_MS * (ticks + 1));
  await recorder.kill();
}

function spoolBytes(): number {
  const files = readdirSync(join(left, 'spool'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

interface Start {
  readonly recordingMs: number;
  readonly recoveredMs: number;
  readonly cpuMs: number;
}

/** From the start of the command until it records, and until what was left behind is in files. */
async function start(own: string, isRecovery: boolean): Promise<Start> {
  const begin = performance.now();
  const recorder = await MeasuredRecorder.start(own, FLAGS, load.sandbox);
  const recordingMs = performance.now() - begin;
  const recovered = (): boolean =>
    !isRecovery || ['containers', 'processes', 'events'].every((table) => parquetFiles(own, table).length > 0);
  await eventually('the window in files', recovered, { everyMs: 5 });
  const recoveredMs = performance.now() - begin;
  const cpuMs = recorder.cpuUsec() / 1000;
  if (isRecovery) await recordedMetric(recorder);
  await recorder.kill();
  return { recordingMs, recoveredMs, cpuMs };
}

async function recordedMetric(recorder: MeasuredRecorder): Promise<void> {
  await eventually(
    'a recovered segment counted',
    async () => (await recorder.metric('fgm_recovered_segments_total')) > 0,
  );
  const damaged = await recorder.metric('fgm_damaged_segments_total');
  if (damaged > 0) throw new Error(`${damaged} segments are said to be damaged`);
}

try {
  await leaveAWindow();
  const bytes = spoolBytes();
  const [plain, recovering]: [Start[], Start[]] = [[], []];
  const machine = new MachineLoad();
  let own = '';
  for (let run = 0; run < runs; run++) {
    plain.push(await start(join(directory, `plain-${run}`), false));
    own = join(directory, `recovered-${run}`);
    cpSync(left, own, { recursive: true });
    recovering.push(await start(own, true));
  }
  const pick = (starts: readonly Start[], name: keyof Start): number[] => starts.map((one) => one[name]);
  const recovery = recovering.map(
    ({ recoveredMs, recordingMs }, run) => Math.max(recoveredMs, recordingMs) - plain[run]!.recordingMs,
  );
  const rows = countRecorded(own).reduce((sum, table) => sum + table.rows, 0);
  const figures: Figure[] = [
    measured('recovery', 'ms', recovery, {
      reference: {
        ...against(
          'a second',
          recovery,
          recovery.map(() => AIM_MS),
          1,
        ),
      },
      note: `what it takes longer than a start with nothing left; ${megabytes(bytes)} of spool, ${ticks} ticks, ${short(rows)} rows; ${machine.describe()}`,
    }),
    measured('start until it records, nothing left', 'ms', pick(plain, 'recordingMs')),
    measured('start until it records, a window left', 'ms', pick(recovering, 'recordingMs'), {
      reference: against('nothing left', pick(recovering, 'recordingMs'), pick(plain, 'recordingMs')),
    }),
    measured('start until all is in files', 'ms', pick(recovering, 'recoveredMs')),
    measured('CPU until then', 'ms', pick(recovering, 'cpuMs'), {
      reference: against('nothing left', pick(recovering, 'cpuMs'), pick(plain, 'cpuMs')),
    }),
  ];
  report('recovery', figures, { flags: FLAGS, ticks, bytes, rows, plain, recovering });
} finally {
  load.close();
}
