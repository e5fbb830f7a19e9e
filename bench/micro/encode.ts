/**
 * What a window of 90 ticks of 100 containers and 500 processes costs to turn into Parquet: CPU and bytes per sample (a
 * value of a metric that is not null), the longest time between two steps, and how far memory grows above the thread that
 * has loaded the libraries. Run: node --conditions=@fgm/source bench/micro/encode.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { encodeSegment } from '../../packages/store/src/segment-encoder.ts';
import { recordProc } from './proc-recording.ts';
import { writeWindow } from './store-window.ts';

const ROUNDS = 8;

function rssBytes(): number {
  return Number(/^\d+ (\d+)/.exec(fs.readFileSync('/proc/self/statm', 'latin1'))![1]) * 4096;
}

function run(segment: string): void {
  const before = rssBytes();
  let peak = before;
  for (let round = 0; round < ROUNDS; round++) {
    const { user, system } = process.threadCpuUsage();
    const steps = encodeSegment(segment, { into: segment });
    let longest = 0;
    let count = 0;
    for (;;) {
      const start = performance.now();
      const step = steps.next();
      longest = Math.max(longest, performance.now() - start);
      count++;
      peak = Math.max(peak, rssBytes());
      if (step.done !== true) continue;
      const spent = process.threadCpuUsage({ user, system });
      const values = step.value.tables.reduce((sum, table) => sum + table.values, 0);
      const bytes = step.value.tables.reduce((sum, table) => sum + table.bytes, 0);
      parentPort!.postMessage({
        round,
        samples: values,
        cpuMs: (spent.user + spent.system) / 1000,
        nsPerSample: ((spent.user + spent.system) * 1000) / values,
        bytesPerSample: bytes / values,
        steps: count,
        longestStepMs: longest,
        peakMiB: (peak - before) / 2 ** 20,
      });
      break;
    }
  }
}

if (isMainThread) {
  const recording = await recordProc(90, 100);
  const window = writeWindow(recording, 100, 500);
  process.stdout.write(`spool ${(window.bytes / 2 ** 20).toFixed(1)} MiB in ${window.batches} batches\n`);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: window.directory,
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 },
  });
  worker.on('message', (line: Record<string, number>) => {
    const words = Object.entries(line).map(([key, value]) => `${key} ${Number(value.toFixed(3))}`);
    process.stdout.write(`${words.join('  ')}\n`);
  });
  worker.on('exit', () => fs.rmSync(path.dirname(window.directory), { recursive: true }));
} else {
  run(workerData as string);
}
