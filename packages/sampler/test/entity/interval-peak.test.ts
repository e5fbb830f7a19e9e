import { blockColumns, Columns, makeLayout, type Layout } from '@fgm/catalog';
import { ReadErrors, ResettablePeak, singleValueParser } from '@fgm/kernfs';
import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { IntervalPeak, type PeakFile } from '../../src/entity/interval-peak.ts';
import type { ShardContext } from '../../src/shard-context.ts';
import { entityOf, ShardHarness } from '../harness/shard-harness.ts';

const NAME = 'memory_interval_peak_bytes';
const EACCES = -13;
const EINVAL = -22;
const ENODEV = -19;
const ENOENT = -2;

/** A cgroup's memory as the kernel keeps it since 6.12: one maximum for all, and one for each descriptor that was reset. */
class Memory {
  now = 1000;
  #since = 1000;
  use(bytes: number): void {
    this.now = bytes;
    this.#since = Math.max(this.#since, bytes);
  }
  take(): number {
    return this.#since;
  }
  reset(): void {
    this.#since = this.now;
  }
}

/** A descriptor of it whose calls fail when the test says so. */
class FakePeak implements PeakFile {
  readonly calls: string[] = [];
  readonly fail: Partial<Record<'open' | 'read' | 'reset', number>> = {};
  readonly #memory: Memory;
  constructor(memory: Memory) {
    this.#memory = memory;
  }
  open(): number {
    this.calls.push('open');
    return this.fail.open ?? 0;
  }
  read(buffer: Uint8Array): number {
    this.calls.push('read');
    return this.fail.read ?? Buffer.from(buffer.buffer).write(`${this.#memory.take()}\n`);
  }
  reset(): number {
    this.calls.push('reset');
    if (this.fail.reset === undefined) this.#memory.reset();
    return this.fail.reset ?? 0;
  }
  close(): void {
    this.calls.push('close');
  }
}

class Bench {
  readonly memory = new Memory();
  readonly file = new FakePeak(this.memory);
  readonly layout: Layout = makeLayout('containers', blockColumns('containers'), 64);
  readonly columns = new Columns(this.layout);
  readonly errors = new ReadErrors();
  readonly context: ShardContext;
  readonly peak = new IntervalPeak('memory.peak', this.file, singleValueParser(this.layout, NAME));
  readonly #column = this.layout.columns.findIndex(({ name }) => name === NAME);

  constructor(openFilesLimit = 10) {
    const task = { openFilesLimit };
    const context = { task, openFiles: 0, reads: 0, errors: this.errors, buffer: new Uint8Array(64) };
    this.context = context as unknown as ShardContext;
  }

  row(): number | null {
    this.peak.sample(this.context, this.columns, 3);
    return this.columns.isValid(this.#column, 3) ? this.columns.getInt(this.#column, 3) : null;
  }
}

t.test('each row has the most since the one before', (t) => {
  const bench = new Bench();
  t.equal(bench.row(), null, 'the first row has none before it');
  t.equal(bench.row(), 1000, 'nothing happened');
  bench.memory.use(9000);
  bench.memory.use(2000);
  t.equal(bench.row(), 9000, 'a spike between two rows');
  t.equal(bench.row(), 2000, 'is in one row only');
  bench.memory.use(50);
  t.equal(bench.row(), 2000, 'what was in use when the interval began belongs to it');
  t.equal(bench.row(), 50);
  t.strictSame(bench.file.calls.slice(0, 4), ['open', 'reset', 'read', 'reset'], 'opened once');
  t.equal(bench.context.openFiles, 1);
  bench.peak.close(bench.context);
  t.equal(bench.context.openFiles, 0);
  t.end();
});

t.test('what does not allow it is asked once', (t) => {
  for (const [call, errno] of [
    ['open', EACCES],
    ['reset', EINVAL],
    ['read', EINVAL],
  ] as const) {
    const bench = new Bench();
    bench.file.fail[call] = errno;
    for (let tick = 0; tick < 5; tick++) {
      t.equal(bench.row(), null, `${call} fails`);
      bench.peak.retry();
    }
    t.strictSame(
      bench.errors.entries().map(({ file, count }) => `${file} ${count}`),
      ['memory.peak 1'],
      'one counted error',
    );
    t.equal(bench.file.calls.filter((name) => name === 'open').length, 1);
    t.equal(bench.context.openFiles, 0, 'and nothing is left open');
    bench.peak.close(bench.context);
    t.equal(bench.row(), null, 'also after the directories of the entity were taken anew');
  }
  t.end();
});

t.test('a file that is not there is looked for again, and is no error', (t) => {
  const bench = new Bench();
  bench.file.fail.open = ENOENT;
  t.equal(bench.row(), null);
  t.equal(bench.row(), null);
  t.equal(bench.file.calls.length, 1, 'not at every tick');
  delete bench.file.fail.open;
  bench.peak.retry();
  t.equal(bench.row(), null, 'it begins');
  t.equal(bench.row(), 1000);
  bench.file.fail.read = ENODEV;
  t.equal(bench.row(), null, 'the cgroup is gone');
  t.strictSame(bench.errors.entries(), []);
  t.equal(bench.context.openFiles, 0);
  t.end();
});

t.test('without a descriptor to keep there is no value', (t) => {
  const bench = new Bench(0);
  t.equal(bench.row(), null);
  bench.memory.use(9000);
  t.equal(bench.row(), null, 'a maximum since some other instant is none');
  t.equal(bench.context.openFiles, 0);
  t.end();
});

/** Takes so many MiB for a moment at each line it reads, and answers. */
const SPIKES = `
  process.stdin.on('data', (line) => {
    let taken = Buffer.alloc(Number(line) * 1048576, 1);
    taken = null;
    globalThis.gc();
    process.stdout.write('done\\n');
  });
  process.stdout.write('up\\n');`;

function whyNoPeaks(): string | false {
  const none = whyNoCgroups();
  if (none !== false) return none;
  const sandbox = new CgroupSandbox();
  const file = new ResettablePeak(join(sandbox.directories.v2!, 'memory.peak'));
  const errno = file.open() < 0 ? file.open() : file.reset();
  file.close();
  sandbox.close();
  return errno < 0 && `this kernel resets no memory.peak (errno ${-errno})`;
}

t.test('on the kernel, beside a memory.peak that stays as it is', { skip: whyNoPeaks() }, async (t) => {
  const sandbox = new CgroupSandbox();
  t.teardown(() => sandbox.close());
  const child = spawn(process.execPath, ['--expose-gc', '-e', SPIKES], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  sandbox.move(child.pid!);
  const directory = sandbox.directories.v2!;
  const number = (file: string): number => Number(readFileSync(join(directory, file), 'utf8'));
  const harness = new ShardHarness({ intervalPeaks: true });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory })] });
  harness.published();
  let greatest = 0;
  for (const megabytes of [64, 8, 32, 1]) {
    const before = number('memory.current');
    child.stdin.write(`${megabytes}\n`);
    await once(child.stdout, 'data');
    harness.tick();
    const [row] = harness.published().containers;
    const peak = Number(row![NAME]);
    greatest = Math.max(greatest, peak);
    t.ok(peak >= before + megabytes * 0.9 * 2 ** 20, `${megabytes} MiB for a moment: ${peak} after ${before}`);
    t.ok(peak <= number('memory.peak'));
    t.ok(Number(row!['memory_peak_bytes']) >= greatest, 'memory_peak_bytes is still that of its whole life');
  }
  harness.tick();
  const rows = harness.published().containers;
  t.ok(Number(rows[0]![NAME]) < greatest - 30 * 2 ** 20, 'and a quiet interval has a small one');
  child.kill('SIGKILL');
});

t.test(
  'on this kernel, where it does not allow it',
  { skip: whyNoCgroups() || (whyNoPeaks() === false && 'it does') },
  (t) => {
    const sandbox = new CgroupSandbox();
    t.teardown(() => sandbox.close());
    const harness = new ShardHarness({ intervalPeaks: true });
    t.teardown(() => harness.close());
    harness.send({ type: 'add', entities: [entityOf(0, { v2: sandbox.directories.v2! })] });
    for (let tick = 0; tick < 3; tick++) harness.tick();
    const rows = harness.published().containers;
    t.ok(rows.length > 0 && rows.every((row) => !(NAME in row)), 'null in every row');
    const counted = harness.errors.entries().filter(({ file }) => file === 'memory.peak');
    t.ok(
      counted.every(({ count }) => count === 1),
      `${JSON.stringify(counted)}: asked once, where there is a file at all`,
    );
    t.end();
  },
);
