/**
 * What it costs to keep the last seconds of every container at ten rows a second: two recorders side by side on the same
 * containers, one with `--burst off`, by the kernel's accounting.
 *
 *     node --conditions=@fgm/source bench/macro/burst.ts [--containers 100] [--processes 5] [--active 0,1] [--seconds 60]
 *          [--warm-up 35] [FLAGS OF the recorder with bursts after --]
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, megabytes, quantile } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string', default: '100' },
    processes: { type: 'string', default: '5' },
    active: { type: 'string', default: '0,1' },
    seconds: { type: 'string', default: '60' },
    // Longer than a window, so that all memory is in use.
    'warm-up': { type: 'string', default: '35' },
  },
});
const containers = Number(values.containers);
const processes = Number(values.processes);
const seconds = Number(values.seconds);
const FLAGS = ['--scope', 'containers', '--memory', 'off'];
const directory = scratchDirectory();
const details: Record<string, unknown> = { containers, processes, seconds, flags: positionals };

/** Per cent of a core, second by second, of several recorders in the same seconds. */
async function measure(recorders: readonly MeasuredRecorder[]): Promise<number[][]> {
  const used: number[][] = recorders.map(() => []);
  let before = recorders.map((recorder) => recorder.cpuUsec());
  let start = performance.now();
  for (let second = 0; second < seconds; second++) {
    await pause(1000);
    const now = recorders.map((recorder) => recorder.cpuUsec());
    const end = performance.now();
    for (const [index, numbers] of used.entries()) numbers.push((now[index]! - before[index]!) / (end - start) / 10);
    before = now;
    start = end;
  }
  return used;
}

async function pair(active: number): Promise<Figure[]> {
  const load = await Load.start({ containers, processes, active, touchBytes: 65_536 });
  try {
    const plain = await MeasuredRecorder.start(join(directory, `off-${active}`), [...FLAGS, '--burst', 'off']);
    const bursts = await MeasuredRecorder.start(join(directory, `on-${active}`), [...FLAGS, ...positionals]);
    await pause(Number(values['warm-up']) * 1000);
    const machine = new MachineLoad();
    const [without, along] = (await measure([plain, bursts])) as [number[], number[]];
    const around = machine.describe();
    const memory = [plain.memory().now, bursts.memory().now] as const;
    const facts = await burstFacts(bursts);
    await Promise.all([plain.stop(), bursts.stop()]);
    details[`active-${active}`] = { without, along, memory, facts };
    const name = active === 0 ? 'idle' : 'active';
    return [
      { name: `${name}: --burst off`, value: `${mean(without).toFixed(2)} %`, note: spread(without) },
      { name: `${name}: with bursts`, value: `${mean(along).toFixed(2)} %`, note: spread(along) },
      {
        name: `${name}: bursts add`,
        value: `${(quantile(along, 0.5) - quantile(without, 0.5)).toFixed(2)} %`,
        note: `of a core, median second; ${megabytes(memory[1] - memory[0])} of RSS (${megabytes(memory[0])} → ${megabytes(memory[1])}); ${facts}; ${around}`,
      },
    ];
  } finally {
    load.close();
  }
}

function spread(numbers: readonly number[]): string {
  return `of a core, mean of ${numbers.length} s; median ${quantile(numbers, 0.5).toFixed(2)}, p90 ${quantile(numbers, 0.9).toFixed(2)}`;
}

async function burstFacts(recorder: MeasuredRecorder): Promise<string> {
  const entities = await recorder.metric('fgm_burst_entities');
  const bytes = await recorder.metric('fgm_burst_bytes');
  const taken = await recorder.metric('fgm_burst_subticks_total{outcome="ok"}');
  const reads = await recorder.metric('fgm_burst_reads_total');
  const late = await recorder.metric('fgm_burst_subticks_total{outcome="skipped"}');
  return `${entities} watched in ${megabytes(bytes)}, ${Math.round(reads / taken)} reads a sub-tick, ${late} of ${taken + late} left out`;
}

const figures: Figure[] = [];
for (const active of values.active.split(',')) figures.push(...(await pair(Number(active))));
report('burst', figures, details);
