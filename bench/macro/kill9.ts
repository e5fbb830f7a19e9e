/**
 * kill -9 at random moments: how many ticks each one costs, whether what is left is valid, and how long the next start takes to
 * bring it in order.
 *
 *     node --conditions=@fgm/source bench/macro/kill9.ts [--kills 20] [--containers 20] [--processes 5]
 *          [--at-most 8] [FLAGS OF fgm monitor after --]
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Load } from '../harness/load.ts';
import { lastTickOfRun } from '../harness/last-tick.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { median, quantile, short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    containers: { type: 'string', default: '20' },
    processes: { type: 'string', default: '5' },
    'at-most': { type: 'string', default: '8' },
  },
});
const kills = Number(values.kills);
const FGM = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));
/** Rotation often enough that some kills fall into it. */
const FLAGS = ['--scope', 'containers', '--rotation', '3s', ...positionals];

interface Kill {
  readonly runId: string;
  /** Number of the tick during which it was killed. */
  readonly tick: number;
  /** Milliseconds its start took, with what the run before had left behind. */
  readonly startMs: number;
}

/** Starts a recorder, lets it run for a random while from its first tick on, and kills it. */
async function startAndKill(directory: string): Promise<Kill> {
  const recorder = await MeasuredRecorder.start(directory, FLAGS);
  await pause(1000 + Math.random() * 1000 * (Number(values['at-most']) - 1));
  await recorder.kill();
  return { runId: recorder.runId, tick: Math.floor(Date.now() / 1000), startMs: recorder.startMs };
}

function validate(directory: string): string {
  try {
    execFileSync(process.execPath, [FGM, 'validate', directory], { encoding: 'utf8', stdio: 'pipe' });
    return 'valid';
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

const directory = scratchDirectory();
const load = await Load.start({
  containers: Number(values.containers),
  processes: Number(values.processes),
  active: 1,
  touchBytes: 65_536,
});
try {
  const killed: Kill[] = [];
  while (killed.length < kills) killed.push(await startAndKill(directory));
  const last = await MeasuredRecorder.start(directory, FLAGS);
  await pause(2500);
  await last.stop();
  const lost: number[] = [];
  // The tick of the kill itself may or may not have been taken: one tick lost is within the promise.
  for (const { runId, tick } of killed) lost.push(tick - (await lastTickOfRun(directory, runId)));
  const verdict = validate(directory);
  const starts = [...killed.slice(1).map(({ startMs }) => startMs), last.startMs];
  const figures: Figure[] = [
    { name: 'kills', value: `${kills}` },
    {
      name: 'ticks lost, most',
      value: `${Math.max(...lost)}`,
      note: `the tick of the kill included; median ${median(lost)}`,
    },
    {
      name: 'what is left',
      value: verdict === 'valid' ? 'valid' : 'NOT VALID',
      note: verdict === 'valid' ? '' : verdict.slice(0, 2000),
    },
    {
      name: 'segments left behind',
      value: `${readdirSync(join(directory, 'spool')).length}`,
      note: 'after a start and an orderly end',
    },
    {
      name: 'start after a kill',
      value: `${short(median(starts))} ms`,
      note: `p90 ${short(quantile(starts, 0.9))}, first start ${short(killed[0]!.startMs)}`,
    },
  ];
  report('kill9', figures, { kills, flags: FLAGS, killed, lost, verdict });
} finally {
  load.close();
}
