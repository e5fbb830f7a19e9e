import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { replayFixture, type ReplayOptions } from '../../src/replay/index.ts';
import { SmallDisk, whyNoMounts } from '../harness/small-disk.ts';
import { INTERVAL_MS, instants, recordTree, sums } from './recorded-tree.ts';

const top = t.testdir();
const fixture = join(top, 'fixture');
let replays = 0;

function options(changes: Partial<ReplayOptions> = {}): ReplayOptions {
  const outputDir = join(top, `out-${replays++}`);
  return { outputDir, speed: null, rotationMs: 5 * INTERVAL_MS, compressionLevel: 3, ...changes };
}

function changed(name: string, change: (directory: string, chunk: string) => void): string {
  const directory = join(top, name);
  cpSync(fixture, directory, { recursive: true });
  const chunk = readdirSync(directory).find((file) => file.startsWith('frames-'))!;
  change(directory, join(directory, chunk));
  return directory;
}

t.before(() => recordTree(top, instants(8)));

void t.test('the same bytes each time, at each speed, in each directory', async (t) => {
  const first = options();
  const summary = await replayFixture(fixture, first);
  t.match(summary, { ticks: 8, missed: { count: 0 } });
  t.match(summary.runId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const expected = sums(first.outputDir);
  t.equal(Object.keys(expected).length, summary.files + 2, 'tables, index and session, and nothing that was left over');
  const moved = join(top, 'elsewhere', 'moved');
  cpSync(fixture, moved, { recursive: true });
  for (const [again, from] of [
    [options({ speed: 200 }), fixture],
    [options(), moved],
  ] as const) {
    const { runId } = await replayFixture(from, again);
    t.equal(runId, summary.runId);
    t.same(sums(again.outputDir), expected);
  }
});

void t.test('a replay keeps its speed', async (t) => {
  const start = performance.now();
  await replayFixture(fixture, options({ speed: 20 }));
  t.ok(performance.now() - start >= (7 * INTERVAL_MS) / 20);
});

void t.test('what is asked for is in the run', async (t) => {
  const [plain, other] = [options(), options({ memory: 'off', identifier: 'mine' })];
  const [first, second] = [await replayFixture(fixture, plain), await replayFixture(fixture, other)];
  t.not(first.runId, second.runId);
  t.ok(first.samples > second.samples, 'no pages are walked');
  t.equal(second.identifier, 'mine');
  t.ok(Object.keys(sums(other.outputDir)).some((name) => name.includes('identifier=mine')));
});

void t.test('what is no fixture, or a damaged one, is told in one line and leaves nothing', async (t) => {
  const cases: readonly [string, string, RegExp][] = [
    ['nothing', join(top, 'nowhere'), /nowhere/],
    ['another directory', changed('no-manifest', (directory) => rmSync(join(directory, 'manifest.json'))), /manifest/],
    [
      'a newer one',
      changed('newer', (directory) => {
        const file = join(directory, 'manifest.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/"schema_version": \d+/, '"schema_version": 99'));
      }),
      /99/,
    ],
    ['a truncated one', changed('truncated', (_, chunk) => truncateSync(chunk, 100)), /frames-/],
    ['one without a chunk', changed('missing', (_, chunk) => rmSync(chunk)), /frames-/],
    [
      'one with another byte',
      changed('flipped', (_, chunk) => {
        const bytes = readFileSync(chunk);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(chunk, bytes);
      }),
      /frames-/,
    ],
  ];
  for (const [name, directory, message] of cases) {
    const { outputDir, ...rest } = options();
    await t.rejects(replayFixture(directory, { ...rest, outputDir }), { name: 'FixtureError', message }, name);
    t.same(existsSync(outputDir) ? readdirSync(outputDir) : [], [], `${name}: nothing is left`);
  }
});

void t.test('a window is at least as long as the interval', async (t) => {
  const short = options({ rotationMs: INTERVAL_MS - 1 });
  const message = /^--rotation: 999ms is shorter than the interval of the recording, 1s; wanted at least the interval$/;
  await t.rejects(replayFixture(fixture, short), { name: 'ConfigError', message });
  t.notOk(existsSync(short.outputDir));
  t.match(await replayFixture(fixture, options({ rotationMs: INTERVAL_MS })), { ticks: 8 });
});

void t.test('a directory that something is in is left alone', async (t) => {
  const full = options();
  mkdirSync(full.outputDir);
  writeFileSync(join(full.outputDir, 'notes.txt'), 'mine');
  await t.rejects(replayFixture(fixture, full), { name: 'ReplayError', message: /is not empty \(notes\.txt\)/ });
  t.same(readdirSync(full.outputDir), ['notes.txt']);
  const file = options();
  writeFileSync(file.outputDir, '');
  await t.rejects(replayFixture(fixture, file), { name: 'ReplayError', message: /cannot make the data directory/ });
  await t.rejects(replayFixture(fixture, options({ outputDir: '/proc/replay' })), { name: 'ReplayError' });
});

void t.test('a full disk is told, and nothing is left on it', { skip: whyNoMounts() }, async (t) => {
  const message = /out cannot be written \(ENOSPC\): nothing was kept; make room, or choose another --output-dir$/;
  // From the first file on, or later on.
  for (const kibibytes of [16, 160]) {
    const { directory } = SmallDisk.inMemory(t, kibibytes << 10);
    const outputDir = join(directory, 'out');
    await t.rejects(
      replayFixture(fixture, options({ outputDir })),
      { name: 'ReplayError', message },
      `${kibibytes} KiB`,
    );
    t.same(readdirSync(outputDir), []);
  }
});

void t.test('an interrupted replay has what it came to, and says so', async (t) => {
  const interruption = new AbortController();
  const early = options({ signal: interruption.signal });
  interruption.abort();
  await t.rejects(replayFixture(fixture, early), { name: 'ReplayError', message: /before the first instant/ });
  t.same(readdirSync(early.outputDir), []);
});
