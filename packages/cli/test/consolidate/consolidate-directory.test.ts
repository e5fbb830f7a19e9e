/** A real recording, consolidated: every command reads of it what it read before. */
import { copyFileSync, cpSync, readdirSync, truncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listClosedFiles, listFiles } from '@fgm/store';
import { consolidate } from '@fgm/store/consolidation';
import { FakeTree } from '@fgm/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { writeHour } from '../../../store/test/consolidation/window-file.ts';
import { Database } from '../../src/duckdb/database.ts';
import { summariseDirectory } from '../../src/inspect/directory-summary.ts';
import { summariseFile } from '../../src/inspect/file-summary.ts';
import { runQuery } from '../../src/query/run-query.ts';
import { validate } from '../../src/validate/validate.ts';
import { fgm } from '../fgm-process.ts';

const DAY_MS = 86_400_000;

let recording: string;
t.before(async () => {
  const root = t.testdir({});
  recording = join(root, 'data');
  const tree = new FakeTree(join(root, 'machine'), { containers: 3, processes: 2 });
  const machine = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', root];
  const pace = [
    '--interval',
    '100ms',
    '--rotation',
    '1s',
    '--duration',
    '3s',
    '--listen',
    'off',
    '--identifier',
    'box',
  ];
  for (let run = 0; run < 2; run++) {
    const { code, stderr } = await fgm(t, ['monitor', '--output-dir', recording, ...machine, ...pace]);
    if (code !== 0) throw new Error(`the recorder ended with ${code}: ${stderr}`);
  }
});

function copyOf(t: Test): string {
  const directory = join(t.testdir({}), 'data');
  cpSync(recording, directory, { recursive: true });
  return directory;
}

/** As tomorrow. */
function consolidated(directory: string): ReturnType<typeof consolidate> {
  const now = (): number => Date.now() + 2 * DAY_MS;
  return consolidate({ directory, now, level: 3, limit: null, report: () => {} });
}

const SUMS = `SELECT (SELECT count(*) FROM containers) AS containers, (SELECT sum(tick) FROM processes) AS ticks,
  (SELECT count(DISTINCT tick) FROM containers) AS distinct_ticks, (SELECT sum(memory_current_bytes) FROM containers) AS memory,
  (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM node) AS node`;

async function ask(directory: string, sql: string = SUMS): Promise<string> {
  const rows: unknown[] = [];
  await runQuery({ directories: [directory], sql, openWindows: true }, async ({ batches }) => {
    for await (const batch of batches) rows.push(...batch);
  });
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

const errors = async (directory: string): Promise<string[]> =>
  (await validate(directory)).findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule}: ${message}`);

t.test('it is valid, and says what it said before', async (t) => {
  const directory = copyOf(t);
  t.same(await errors(directory), []);
  const before = await ask(directory);
  const tables = new Set(listClosedFiles(directory).map(({ table }) => table));
  const windows = listClosedFiles(directory).length;
  const totals = await consolidated(directory);
  t.match(totals, { sources: windows, files: tables.size, failed: 0, left: 0 });
  t.equal(listClosedFiles(directory).length, tables.size);
  t.same(await errors(directory), []);
  t.equal(await ask(directory), before);
});

t.test('inspect says what a file was made of', async (t) => {
  const directory = copyOf(t);
  await consolidated(directory);
  const database = await Database.open();
  t.teardown(() => database.close());
  const [file] = listClosedFiles(directory);
  const summary = await summariseFile(database, file!.path, file!.bytes);
  t.equal(summary.madeOf.length, 2);
  t.match(summary.madeOf[0], { segments: [[1, Number]], run_id: String });
  t.equal(summary.metadata['fgm.replaces'], undefined);
  t.equal((await summariseDirectory(database, directory)).runs.length, 2);
  const { stdout } = await fgm(t, ['inspect', file!.path]);
  t.match(stdout, /MADE OF +WINDOWS +FROM/);
});

t.test('queries that run all the time see every row once', async (t) => {
  const directory = copyOf(t);
  const before = await ask(directory);
  const running = { on: true };
  const work = consolidated(directory).finally(() => (running.on = false));
  const seen = new Set<string>();
  while (running.on) seen.add(await ask(directory));
  await work;
  seen.add(await ask(directory));
  t.same([...seen], [before]);
});

t.test('superseded: a file that was replaced and is still there does not count, and validate says so', async (t) => {
  const directory = copyOf(t);
  const [source] = listClosedFiles(directory).filter(({ table }) => table === 'containers');
  const kept = join(dirname(directory), basename(source!.path));
  copyFileSync(source!.path, kept);
  await consolidated(directory);
  const before = await ask(directory);
  copyFileSync(kept, source!.path);
  t.equal(listFiles(directory).superseded.size, 1);
  t.equal(await ask(directory), before);
  t.same(await errors(directory), []);
  const { findings } = await validate(directory);
  t.match(
    findings.filter(({ rule }) => rule === 'superseded'),
    [{ path: source!.path, message: /does not count: containers-consolidated-.* has its rows/ }],
  );
});

t.test('the command', async (t) => {
  const directory = join(t.testdir({ data: {} }), 'data');
  const files = writeHour(directory, 4);
  truncateSync(files[3]!, 50);
  const dry = await fgm(t, ['consolidate', directory, '--dry-run']);
  t.equal(dry.code, 0, dry.stderr);
  t.match(dry.stdout, /3 files of containers, 540 rows, .*\n {2}containers-20261121T050000Z\.parquet\n/);
  t.match(dry.stdout, /3 files would become 1; 1 file left alone\n$/);
  t.equal(listClosedFiles(directory).length, 4);
  const full = await fgm(t, ['consolidate', directory, '--retention-bytes', '70000']);
  t.equal(full.code, 1);
  t.match(full.stdout, /no room for containers/);
  const done = await fgm(t, ['consolidate', directory]);
  t.equal(done.code, 0, done.stderr);
  t.match(done.stdout, /containers-consolidated-20261121T050000Z-20261121T050430Z\.parquet: 3 files, 540 rows, .* → /);
  t.match(done.stdout, /left alone: dt=2026-11-21.*has no readable footer/);
  const again = await fgm(t, ['consolidate', directory, '--json']);
  t.equal(again.code, 0);
  const lines = again.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  t.match(lines, [{ type: 'left' }, { type: 'ended', files: 0, left: 1 }]);
  t.same(readdirSync(directory), ['dt=2026-11-21']);
});

for (const [what, args, code, complaint] of [
  ['no directory', ['/nowhere'], 1, /cannot be opened \(ENOENT\)/],
  ['nothing', [], 2, /missing required argument/],
  ['a size that is none', ['/tmp', '--retention-bytes', 'much'], 2, /wanted a size, such as 1GiB/],
] as const) {
  t.test(`asked wrongly: ${what}`, async (t) => {
    const ended = await fgm(t, ['consolidate', ...args]);
    t.equal(ended.code, code);
    t.match(ended.stderr, complaint);
    t.equal(ended.stderr.trim().split('\n').length, 1);
  });
}
