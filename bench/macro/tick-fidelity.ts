/**
 * How late ticks are: on an idle machine and beside busy loops, by the recording itself and by the recorder's own histogram, next to
 * a program with a plain timer in the same seconds; what 20 ticks a second cost; and what a stalled recorder leaves. On a machine that
 * others use as well, --preferred lets recorder, timer and loops have the CPUs before them.
 *
 *     node --conditions=@fgm/source bench/macro/tick-fidelity.ts [--seconds 60] [--interval 100] [--loops 4] [--containers 100]
 *          [--arms idle,busy,cost,stall] [--preferred] [FLAGS OF fgm monitor after --]
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { BusyLoops } from '../harness/busy-loops.ts';
import { latenessOfTicks, queryRecording } from '../harness/lateness.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { Preferred } from '../harness/preferred.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, quantile, short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    interval: { type: 'string', default: '100' },
    loops: { type: 'string', default: '4' },
    containers: { type: 'string', default: '100' },
    arms: { type: 'string', default: 'idle,busy,cost,stall' },
    preferred: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const intervalMs = Number(values.interval);
const TIMER_LOOP = fileURLToPath(new URL('../load/timer-loop.ts', import.meta.url));
/** Ticks that do not count: the code is not compiled yet. */
const WARM_UP = 3000 / intervalMs;
const TWENTY_HZ = ['--interval', '50ms', '--memory', 'off', '--scope', 'containers'];
const directory = scratchDirectory();
const details: Record<string, unknown> = { seconds, intervalMs, loops: Number(values.loops), flags: positionals };

/** Lateness in milliseconds of a plain timer loop that runs as long as the recorder. */
async function control(preferred: Preferred | null): Promise<number[]> {
  const running = promisify(execFile)(process.execPath, [TIMER_LOOP, `${intervalMs}`, `${seconds}`]);
  preferred?.add(running.child.pid!);
  return JSON.parse((await running).stdout) as number[];
}

function latenessFigure(name: string, numbers: readonly number[], note = ''): Figure {
  const [middle, high, most] = [quantile(numbers, 0.5), quantile(numbers, 0.99), Math.max(...numbers)];
  return {
    name,
    value: `${high.toFixed(2)} ms`,
    note: `p99 of ${numbers.length} ticks; median ${middle.toFixed(2)}, max ${most.toFixed(2)}${note}`,
  };
}

/** One load, the recorder and the control side by side. */
async function lateness(arm: string, loops: number): Promise<Figure[]> {
  const out = join(directory, arm);
  const load = await Load.start({ containers: 10, processes: 5, active: 1, touchBytes: 65_536 });
  const preferred = values.preferred ? new Preferred() : null;
  const busy = new BusyLoops(loops);
  for (const pid of busy.pids()) preferred?.add(pid);
  try {
    const flags = ['--interval', `${intervalMs}ms`, '--scope', 'containers', ...positionals];
    const recorder = await MeasuredRecorder.start(out, flags);
    preferred?.add(recorder.pid);
    await pause(3000);
    const machine = new MachineLoad();
    const plain = await control(preferred);
    const around = machine.describe();
    const within = await histogramShare(recorder);
    await recorder.stop();
    const ticks = latenessOfTicks(out, intervalMs, WARM_UP);
    details[arm] = { ticks, plain, within, around };
    const ratio = quantile(plain, 0.99) / quantile(ticks, 0.99);
    return [
      latenessFigure(`${arm}: tick lateness`, ticks, `; own histogram: ${within}; ${around}`),
      latenessFigure(`${arm}: plain timer`, plain, `; ${short(ratio)} times the recorder's p99`),
    ];
  } finally {
    busy.close();
    load.close();
    preferred?.close();
  }
}

/** What the recorder itself says of the same: the share of its ticks within 2 ms and 10 ms, start included. */
async function histogramShare(recorder: MeasuredRecorder): Promise<string> {
  const all = await recorder.metric('fgm_tick_lateness_seconds_count');
  const shares = [0.002, 0.01].map(async (bound) => {
    const body = await (await fetch(`${recorder.url}/metrics`)).text();
    const line = body.split('\n').find((text) => text.startsWith(`fgm_tick_lateness_seconds_bucket{le="${bound}"}`));
    const count = Number(line?.slice(line.lastIndexOf(' ')));
    return `${((count / all) * 100).toFixed(1)} % within ${bound * 1000} ms`;
  });
  return (await Promise.all(shares)).join(', ');
}

/** What 20 ticks a second of idle and of working containers cost. */
async function cost(active: number): Promise<Figure> {
  const containers = Number(values.containers);
  const load = await Load.start({ containers, processes: 5, active, touchBytes: 65_536 });
  try {
    const recorder = await MeasuredRecorder.start(join(directory, `cost-${active}`), [...TWENTY_HZ, ...positionals]);
    await pause(8000);
    const machine = new MachineLoad();
    const used: number[] = [];
    for (let second = 0; second < seconds; second++) {
      const before = recorder.cpuUsec();
      const start = performance.now();
      await pause(1000);
      used.push((recorder.cpuUsec() - before) / (performance.now() - start) / 10);
    }
    const missed = await recorder.metric('fgm_ticks_total{outcome="missed"}');
    await recorder.stop();
    details[`cost-${active}`] = used;
    return {
      name: `20 Hz, ${containers} containers of 5, ${active} of them working`,
      value: `${mean(used).toFixed(1)} %`,
      note: `of a core, mean of ${seconds} s; p90 ${quantile(used, 0.9).toFixed(1)}; ${missed} ticks missed; ${machine.describe()}`,
    };
  } finally {
    load.close();
  }
}

/** A recorder that is stopped for three seconds. */
async function stall(): Promise<Figure> {
  const out = join(directory, 'stall');
  const load = await Load.start({ containers: 2, processes: 1, active: 0, touchBytes: 65_536 });
  try {
    const flags = ['--interval', '100ms', '--scope', 'containers', '--sampler-threads', '2', ...positionals];
    const recorder = await MeasuredRecorder.start(out, flags);
    await pause(2000);
    process.kill(recorder.pid, 'SIGSTOP');
    await pause(3000);
    process.kill(recorder.pid, 'SIGCONT');
    await pause(2000);
    await recorder.stop();
  } finally {
    load.close();
  }
  const events = queryRecording(out, `SELECT detail FROM events WHERE type = 'ticks_missed'`);
  const gap = `SELECT max(tick - before) - 1 AS gap FROM (SELECT tick, lag(tick) OVER (PARTITION BY container_id ORDER BY tick) AS before FROM containers)`;
  const [row] = queryRecording(out, gap);
  details['stall'] = events;
  return {
    name: 'stopped for 3 s',
    value: `${events.length} event`,
    note: `${Number(row?.['gap'])} ticks without rows; ${events.map(({ detail }) => String(detail)).join(' ')}`,
  };
}

const arms: Readonly<Record<string, () => Promise<Figure[]>>> = {
  idle: () => lateness('idle', 0),
  busy: () => lateness('busy', Number(values.loops)),
  cost: async () => [await cost(0), await cost(1)],
  stall: async () => [await stall()],
};
const figures: Figure[] = [];
for (const arm of values.arms.split(',')) figures.push(...(await arms[arm]!()));
report('tick-fidelity', figures, details);
