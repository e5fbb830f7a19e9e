import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness } from './harness/shard-harness.ts';

const PROCESSES = 40;
/** V8 boxes doubles until it has optimised the code. */
const WARM_UP = 2_000;
const TICKS = 500;
/** What remains are doubles that V8 boxes: clock readings, and arguments of calls that it does not inline. */
const BYTES_PER_READ = 64;
/** What is read of a process every 30 s is opened each time, which takes strings, and a Stats object for its descriptors. */
const SELDOM_BYTES_PER_TICK = (PROCESSES / 30) * 2048;

const MORE = Buffer.from('8192\n');
const LESS = Buffer.from('4096\n');

function sleepers(count: number): ChildProcess[] {
  return Array.from({ length: count }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }));
}

t.test(
  'a steady tick allocates next to nothing',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  async (t) => {
    const children = sleepers(PROCESSES);
    t.teardown(() => children.forEach((child) => child.kill('SIGKILL')));
    const directory = join(t.testdir(), 'cgroup');
    mkdirSync(directory);
    writeFileSync(join(directory, 'cgroup.procs'), children.map(({ pid }) => `${pid}\n`).join(''));
    const memory = openSync(join(directory, 'memory.current'), 'w');
    t.teardown(() => closeSync(memory));
    const harness = new ShardHarness();
    t.teardown(() => harness.close());
    harness.send({ type: 'add', entities: [entityOf(0, { v2: directory })] });
    // No cpu.stat: the cgroup is never quiet, so that every tick really reads every process.
    for (let tick = 0; tick < WARM_UP; tick++) step(harness, memory, tick);
    harness.messages();
    const reads = harness.counters.get('reads');
    globalThis.gc!();
    const before = process.memoryUsage().heapUsed;
    for (let tick = 0; tick < TICKS; tick++) step(harness, memory, tick);
    const bytes = (process.memoryUsage().heapUsed - before) / TICKS;
    const readsPerTick = (harness.counters.get('reads') - reads) / TICKS;
    t.ok(readsPerTick >= 1.5 * PROCESSES, `${readsPerTick} files a tick were read`);
    t.ok(bytes < BYTES_PER_READ * readsPerTick + SELDOM_BYTES_PER_TICK, `${Math.round(bytes)} bytes a tick`);
    t.comment(`${Math.round(bytes)} bytes a tick for ${PROCESSES} processes and ${readsPerTick} reads`);
  },
);

/** Memory falls at every other tick, so that the processes are read with and without `stat`. */
function step(harness: ShardHarness, memory: number, tick: number): void {
  writeSync(memory, tick % 2 === 0 ? MORE : LESS, 0, 5, 0);
  harness.tick();
  harness.discard();
}
