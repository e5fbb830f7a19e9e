/**
 * What a window of 90 ticks of 100 containers and 500 processes costs to turn into Parquet: CPU and bytes per sample (a
 * value of a metric that is not null), the longest time between two steps, and how far memory grows above the thread that
 * has loaded the libraries. Run: node --conditions=@fgm/source bench/micro/encode.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { encodeSegment } from '../../packages/store/src/segment-encoder.ts';
import { byEffort } from '../harness/effort.ts';
import { measured } from '../harness/figure.ts';
import { recordProc } from '../harness/proc-recording.ts';
import { report } from '../harness/report.ts';
import { writeWindow } from '../harness/store-window.ts';

const ROUNDS = byEffort({ full: 8, quick: 4, smoke: 1 });
const TICKS = byEffort({ full: 90, quick: 90, smoke: 3 });
const EVERY_MS = byEffort({ full: 100, quick: 50, smoke: 10 });
const CONTAINERS = byEffort({ full: 100, quick: 100, smoke: 5 });
const PROCESSES = CONTAINERS * 5;

interface Round {
  readonly samples: number;
  readonly nsPerSample: number;
  readonly bytesPerSample: number;
  readonly longestStepMs: number;
  readonly peakMiB: number;
}

function rssBytes(): number {
  return Number(/^\d+ (\d+)/.exec(fs.readFileSync('/proc/self/statm', 'latin1'))![1]) * 4096;
}

function encodeOnce(segment: string, before: number): Round {
  const { user, system } = process.threadCpuUsage();
  const steps = encodeSegment(segment, { into: segment });
  let [longest, peak] = [0, before];
  for (;;) {
    const start = performance.now();
    const step = steps.next();
    longest = Math.max(longest, performance.now() - start);
    peak = Math.max(peak, rssBytes());
    if (step.done !== true) continue;
    const spent = process.threadCpuUsage({ user, system });
    const samples = step.value.tables.reduce((sum, table) => sum + table.values, 0);
    const bytes = step.value.tables.reduce((sum, table) => sum + table.bytes, 0);
    const nsPerSample = ((spent.user + spent.system) * 1000) / samples;
    const peakMiB = (peak - before) / 2 ** 20;
    return { samples, nsPerSample, bytesPerSample: bytes / samples, longestStepMs: longest, peakMiB };
  }
}

if (isMainThread) {
  const window = writeWindow(await recordProc(TICKS, EVERY_MS), CONTAINERS, PROCESSES);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: window.directory,
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 },
  });
  const rounds: Round[] = [];
  worker.on('message', (round: Round) => rounds.push(round));
  worker.on('exit', () => {
    fs.rmSync(path.dirname(window.directory), { recursive: true });
    const all = (pick: (round: Round) => number): number[] => rounds.map(pick);
    const { samples } = rounds[0]!;
    const figures = [
      measured(
        'CPU',
        'ns/sample',
        all(({ nsPerSample }) => nsPerSample),
        { note: `${samples} samples a window` },
      ),
      measured(
        'size',
        'bytes/sample',
        all(({ bytesPerSample }) => bytesPerSample),
      ),
      measured(
        'longest step',
        'ms',
        all(({ longestStepMs }) => longestStepMs),
      ),
      measured('memory above the thread', 'MiB', [Math.max(...all(({ peakMiB }) => peakMiB))]),
    ];
    report('encode', figures, { rounds, spoolBytes: window.bytes, batches: window.batches });
  });
} else {
  const before = rssBytes();
  for (let round = 0; round < ROUNDS; round++) parentPort!.postMessage(encodeOnce(workerData as string, before));
}
