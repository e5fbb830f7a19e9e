import { makeScrubber, openFixture, UNSCRUBBED, type Fixture, type Roots } from '@fgm/fixture';
import { CgroupSandbox, FakeTree, whyNoCgroups } from '@fgm/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { recordFixture, replayFixture, type RecordFixtureOptions } from '../../src/replay/index.ts';

const CGROUP = `docker/${'5ec4e7'.padEnd(64, '0')}`;
const SECRET = 'hunter2';
const REPLAY = { speed: null, rotationMs: 90_000, compressionLevel: 3 } as const;

function options(directory: string, roots: Roots, change: Partial<RecordFixtureOptions> = {}): RecordFixtureOptions {
  return {
    directory,
    ticks: 5,
    settings: {
      intervalMs: 200,
      scope: 'containers',
      memory: 'rollup',
      numa: 'off',
      cmdline: 'on',
      walkBudgetUsec: 5000,
    },
    roots,
    scrubber: UNSCRUBBED,
    scrub: 'off',
    signal: new AbortController().signal,
    ...change,
  };
}

/** This machine with one container, in which one process is: all of it may be of any size. There is a row of each tick for the top too. */
async function thisMachine(t: Test): Promise<{ readonly roots: Roots; readonly pid: number }> {
  const top = t.testdir({ host: {} });
  const sandbox = new CgroupSandbox('fgm-recorded');
  t.teardown(() => sandbox.close());
  sandbox.make(CGROUP);
  const program = join(top, SECRET);
  copyFileSync('/bin/sleep', program);
  const child = spawn(program, ['1000']);
  await once(child, 'spawn');
  sandbox.move(child.pid!, CGROUP);
  const roots = { procRoot: '/proc', cgroupRoot: sandbox.directories.v2!, hostRoot: join(top, 'host') };
  return { roots, pid: child.pid! };
}

function madeUp(directory: string): Roots {
  const { procRoot, cgroupRoot } = new FakeTree(join(directory, 'node'), { containers: 2, processes: 2 });
  mkdirSync(join(directory, 'host'));
  return { procRoot, cgroupRoot, hostRoot: join(directory, 'host') };
}

function textOf({ files }: Fixture, path: string): string {
  return Buffer.from(files.open(path).read()).toString();
}

t.test('what is recorded of this machine is all that a replay asks for', { skip: whyNoCgroups() }, async (t) => {
  const { roots, pid } = await thisMachine(t);
  const top = join(roots.hostRoot, '..');
  const directory = join(top, 'fixture');
  const seen: number[] = [];
  const summary = await recordFixture(options(directory, roots, { onTick: ({ ticks }) => seen.push(ticks) }));
  t.same(seen, [1, 2, 3, 4, 5]);
  t.same(readdirSync(directory).toSorted(), ['frames-0001.zst', 'manifest.json', 'scrub-report.json']);
  const fixture = await openFixture(directory);
  const { manifest, instants } = fixture;
  t.same(manifest, summary.manifest);
  t.match(manifest, { interval_ms: 200, ticks_wanted: 5, arch: process.arch, scrub: 'off', schema_version: 1 });
  t.equal(instants.length, 5);
  t.ok(instants.every((usec, index) => index === 0 || usec > instants[index - 1]!));
  fixture.advance();
  t.match(textOf(fixture, `/proc/${pid}/stat`), `${pid} (${SECRET}) `);
  fixture.close();

  const found = await replayFixture(directory, { ...REPLAY, outputDir: join(top, 'data') });
  t.match(found, { missed: { count: 0, paths: [] }, ticks: 5, rows: { containers: 10, processes: 5, node: 5 } });
});

t.test('scrubbed, it has as much to replay', { skip: whyNoCgroups() }, async (t) => {
  const { roots, pid } = await thisMachine(t);
  const top = join(roots.hostRoot, '..');
  const scrubber = makeScrubber('key', [SECRET]);
  await recordFixture(options(join(top, 'fixture'), roots, { scrubber, scrub: 'on' }));
  const fixture = await openFixture(join(top, 'fixture'));
  fixture.advance();
  for (const name of ['stat', 'status', 'cmdline', 'smaps_rollup'])
    t.notMatch(textOf(fixture, `/proc/${pid}/${name}`), SECRET, name);
  t.notMatch(fixture.files.link(`/proc/${pid}/exe`), SECRET);
  fixture.close();
  t.ok(Object.keys(JSON.parse(readFileSync(join(top, 'fixture/scrub-report.json'), 'utf8')).replaced).length > 0);
  const found = await replayFixture(join(top, 'fixture'), { ...REPLAY, outputDir: join(top, 'data') });
  t.match(found, { missed: { count: 0, paths: [] }, rows: { containers: 10, processes: 5, node: 5 } });
});

t.test('a signal ends it with the ticks that it has', async (t) => {
  const top = t.testdir({});
  const stop = new AbortController();
  const onTick = ({ ticks }: { ticks: number }): void => {
    if (ticks === 2) stop.abort();
  };
  const change = { ticks: 1000, signal: stop.signal, onTick };
  const { manifest } = await recordFixture(options(join(top, 'fixture'), madeUp(top), change));
  t.equal(manifest.ticks_wanted, 1000);
  t.equal((await openFixture(join(top, 'fixture'))).instants.length, 2);
});

const skip = process.geteuid?.() === 0 ? false : 'only root may mount';
t.test('a full disk ends it, and nothing is kept', { skip }, async (t) => {
  const top = t.testdir({ disk: {} });
  const disk = join(top, 'disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', disk]);
  try {
    const message = / \S+ cannot be written \(ENOSPC\): nothing was kept$/;
    await t.rejects(recordFixture(options(disk, madeUp(top), { ticks: 2 })), { name: 'FixtureError', message });
    t.same(readdirSync(disk), []);
  } finally {
    execFileSync('umount', [disk]);
  }
});

t.test('says what is wrong and leaves nothing', async (t) => {
  const top = t.testdir({ full: { x: '' } });
  const fresh = join(top, 'fresh');
  const roots = madeUp(top);
  const nowhere = { ...roots, procRoot: join(top, 'nowhere') };
  await t.rejects(recordFixture(options(fresh, nowhere)), { message: /nowhere cannot be looked at \(ENOENT\)/ });
  t.equal(existsSync(fresh), false);
  await t.rejects(recordFixture(options(join(top, 'full'), roots)), { message: /is not empty/ });
  const early = options(fresh, roots, { signal: AbortSignal.abort() });
  await t.rejects(recordFixture(early), { message: /before the first tick/ });
  t.same(readdirSync(fresh), []);
});
