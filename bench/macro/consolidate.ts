/**
 * What it costs to make one file per table of the windows of an hour: CPU, memory of the process that does it, bytes before
 * and after. Windows of 90 ticks, with figures of this machine. The whole hour has 40 of them.
 *
 *     node --conditions=@fgm/source bench/macro/consolidate.ts [--windows 8] [--containers 100] [--processes 500]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ConsolidationTask, FromConsolidation } from '@fgm/store/consolidation';
import { publish } from '../../packages/store/src/publish.ts';
import { encodeSegment } from '../../packages/store/src/segment-encoder.ts';
import { megabytes, short } from '../harness/statistics.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { recordProc, type Recording } from '../harness/proc-recording.ts';
import { writeWindow } from '../harness/store-window.ts';

const { values } = parseArgs({
  options: {
    windows: { type: 'string', default: '8' },
    containers: { type: 'string', default: '100' },
    processes: { type: 'string', default: '500' },
  },
});
const [windows, containers, processes] = [values.windows, values.containers, values.processes].map(Number);

/** Turns one window into files, as the recorder does. */
function closeWindow(directory: string, recording: Recording, number: number): number {
  const window = writeWindow(recording, containers!, processes!, number);
  const steps = encodeSegment(window.directory, { into: window.directory });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  publish(directory, step.value, step.value.window!);
  rmSync(dirname(window.directory), { recursive: true });
  return step.value.tables.reduce((sum, table) => sum + table.values, 0);
}

/** Runs the recorder's own child process to its end. */
async function run(directory: string): Promise<FromConsolidation[]> {
  const task: ConsolidationTask = { directory, level: 3, limit: null };
  const child = fork(fileURLToPath(import.meta.resolve('@fgm/store/consolidation-process')), [JSON.stringify(task)], {
    execArgv: ['--conditions=@fgm/source', '--disable-warning=ExperimentalWarning', ...CONSOLIDATION_FLAGS],
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
  });
  const messages: FromConsolidation[] = [];
  child.on('message', (message: FromConsolidation) => messages.push(message));
  await once(child, 'exit');
  return messages;
}

const CONSOLIDATION_FLAGS = ['--max-old-space-size=96', '--max-semi-space-size=1', '--optimize-for-size'];
const directory = scratchDirectory();
const recording = await recordProc(90, 50);
let samples = 0;
for (let number = 1; number <= windows!; number++) samples += closeWindow(directory, recording, number);
const start = performance.now();
const messages = await run(directory);
const seconds = (performance.now() - start) / 1000;
const ended = messages.find((message) => message.type === 'ended');
if (ended?.type !== 'ended' || ended.totals.failed > 0) throw new Error(JSON.stringify(messages));
const { totals, cpuSeconds, maxRssBytes } = ended;
const share = windows! / 40;
report(
  'consolidate',
  [
    { name: 'files', value: `${totals.sources} → ${totals.files}`, note: `${windows} windows of 90 ticks` },
    { name: 'bytes', value: `${megabytes(totals.bytesIn)} → ${megabytes(totals.bytesOut)}` },
    { name: 'rows a second', value: short(totals.rows / seconds), note: `${short(totals.rows)} rows` },
    { name: 'CPU', value: `${cpuSeconds.toFixed(1)} s`, note: `${short((cpuSeconds * 1e9) / samples)} ns a sample` },
    { name: 'CPU of a core', value: `${(cpuSeconds / share / 36).toFixed(2)} %`, note: 'if every hour is like this' },
    { name: 'peak RSS of the process', value: megabytes(maxRssBytes) },
  ],
  { windows, containers, processes, samples, totals, cpuSeconds, seconds, maxRssBytes },
);
