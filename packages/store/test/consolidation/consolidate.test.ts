import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import t from 'tap';
import { acquireLock } from '../../src/lock.ts';
import { sourceRuns } from '../../src/made-of.ts';
import { readFooter } from '../../src/footer.ts';
import { du, parquetFiles, tree } from '../fixture.ts';
import {
  columnsNamed,
  containerRow,
  HOUR,
  readExactly,
  run,
  type WindowRow,
  writeHour,
  writeWindow,
} from './window-file.ts';

const isRoot = process.getuid?.() === 0;
const DAY = 86_400_000;

const names = (directory: string): string[] => parquetFiles(directory).map((file) => path.basename(file));
const rowsOf = async (directory: string): Promise<number> =>
  (await Promise.all(parquetFiles(directory).map(readExactly))).flat().length;
const rows = (from: number, count = 90, id = 'a'): WindowRow[] =>
  Array.from({ length: count }, (_, index) =>
    containerRow(id, from + index, { memory_current_bytes: BigInt(from + index) }),
  );
const window = (number: number, from = (number - 1) * 90) => ({
  table: 'containers',
  start: HOUR + from * 1000,
  number,
  rows: rows(from),
});

t.test('the windows of an hour become one file that says what it was made of', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 40);
  const { totals, reports } = await run(directory);
  t.same(names(directory), ['containers-consolidated-20261121T050000Z-20261121T060000Z.parquet']);
  t.match(totals, { files: 1, sources: 40, rows: 7200, failed: 0, left: 0 });
  t.match(reports, [{ type: 'merged', table: 'containers', sources: 40, rows: 7200 }]);
  const { metadata } = readFooter(parquetFiles(directory)[0]!);
  t.same(sourceRuns(metadata), [
    {
      run_id: 'run-a',
      segments: [[1, 40]],
      window_start: '2026-11-21T05:00:00.000Z',
      window_end: '2026-11-21T06:00:00.000Z',
      recorder_version: '0.0.0',
      kernel_release: '6.1.0-test',
      node: 'node-a',
    },
  ]);
  t.match(Object.fromEntries(metadata), {
    'fgm.run_id': 'run-a',
    'fgm.interval_ms': '1000',
    'fgm.window_start': '2026-11-21T05:00:00.000Z',
    'fgm.window_end': '2026-11-21T06:00:00.000Z',
  });
  t.notOk(metadata.has('fgm.segment'));
  t.same((await run(directory)).reports, [], 'and that is that');
  t.same(fs.readdirSync(directory), ['dt=2026-11-21'], 'nothing else is left');
});

t.test('an hour is over when it cannot get windows any more', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 3);
  for (const now of [HOUR - DAY, HOUR + 3600_000, HOUR + 3600_000 + 119_999]) {
    t.same((await run(directory, { now: () => now })).reports, [], new Date(now).toISOString());
  }
  const spool = path.join(directory, 'spool/run-b-7');
  fs.mkdirSync(spool, { recursive: true });
  const segment = {
    schemaVersion: 1,
    runId: 'run-b',
    number: 7,
    identifier: 'node-a',
    intervalMs: 1000,
    columns: {},
    openedAt: HOUR,
  };
  fs.writeFileSync(path.join(spool, 'segment.json'), JSON.stringify(segment));
  t.same((await run(directory)).reports, [], 'a window of it is not closed yet');
  fs.rmSync(spool, { recursive: true });
  t.match((await run(directory, { now: () => HOUR + 3600_000 + 120_000 })).totals, { files: 1, sources: 3 });
});

t.test('a file whose segment is still in the spool is not touched: it may be made once more', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 3);
  fs.mkdirSync(path.join(directory, 'spool/run-a-2'), { recursive: true });
  t.match((await run(directory)).totals, { files: 1, sources: 2, left: 0 });
  t.same(names(directory).length, 2);
});

t.test('late windows join the file of their hour', async (t) => {
  const directory = t.testdir();
  writeWindow(directory, window(1));
  writeWindow(directory, window(3));
  await run(directory);
  writeWindow(directory, window(2));
  writeWindow(directory, window(4));
  await run(directory);
  t.equal(names(directory).length, 1);
  t.same(sourceRuns(readFooter(parquetFiles(directory)[0]!).metadata)[0]?.segments, [[1, 4]]);
  const ticks = (await readExactly(parquetFiles(directory)[0]!)).map((row) => Number(row['tick']) - HOUR / 1000);
  t.same(
    ticks,
    Array.from({ length: 360 }, (_, index) => index),
  );
});

t.test('hours of a day that is over become a day where that is small', async (t) => {
  const directory = t.testdir();
  for (let hour = 0; hour < 3; hour++) {
    for (let number = 0; number < 3; number++)
      writeWindow(directory, window(hour * 3 + number + 1, hour * 3600 + number * 90));
  }
  const now = (): number => HOUR + 4 * 3600_000;
  t.match((await run(directory, { now })).totals, { files: 3, sources: 9 }, 'not yet');
  const day = await run(directory, { now: () => HOUR + DAY });
  t.match(day.totals, { files: 1, sources: 3, rows: 810 });
  t.same(names(directory), ['containers-consolidated-20261121T050000Z-20261121T070430Z.parquet']);
});

t.test('no file is larger than an eighth of the limit: retention can only delete all of it', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 50);
  const limit = { bytes: du(directory) * 3, onLimit: 'evict', patienceMs: 0 } as const;
  const { totals } = await run(directory, { now: () => HOUR + DAY, limit });
  t.ok(totals.files > 1);
  t.ok(names(directory).length > 1);
  t.equal(await rowsOf(directory), 50 * 180);
  for (const file of parquetFiles(directory)) t.ok(fs.statSync(file).size <= limit.bytes / 8);
});

t.test('columns are joined by name, those that a file lacks are null in its rows', async (t) => {
  const directory = t.testdir();
  const columns = columnsNamed('containers', ['time', 'tick', 'container_id', 'newer']);
  writeWindow(directory, window(1));
  writeWindow(directory, { ...window(2), columns, rows: rows(90).map((row) => ({ ...row, newer: 7n })) });
  await run(directory);
  const found = await readExactly(parquetFiles(directory)[0]!);
  t.same(Object.keys(found[0]!).slice(0, 3), ['time', 'tick', 'container_id']);
  t.match(found[0], { newer: null, memory_current_bytes: 0n });
  t.match(found[90], { newer: 7n, memory_current_bytes: null });
});

const other = (change: Record<string, unknown>) => {
  const columns = columnsNamed('containers', ['time', 'tick', 'container_id', 'memory_current_bytes']);
  return columns.map((column) => (column.name === 'memory_current_bytes' ? { ...column, ...change } : column));
};
for (const [what, change, problem] of [
  ['another type', { type: 'double' }, /memory_current_bytes is double in bytes, in files before it int64 in bytes/],
  ['another unit', { unit: 'count' }, /memory_current_bytes is int64 in count/],
] as const) {
  t.test(`a column of ${what}: that file is left alone, the others are merged`, async (t) => {
    const directory = t.testdir();
    writeHour(directory, 3);
    const odd = writeWindow(directory, { ...window(4), columns: other(change) });
    const { totals, reports } = await run(directory);
    t.match(totals, { files: 1, sources: 3, left: 1, failed: 0 });
    t.match(
      reports.filter(({ type }) => type === 'left'),
      [{ path: odd, problem }],
    );
    t.ok(fs.existsSync(odd));
    t.equal(names(directory).length, 2);
  });
}

t.test('another interval: ticks of one file mean one thing', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 2);
  for (const number of [3, 4]) writeWindow(directory, { ...window(number), metadata: { 'fgm.interval_ms': '500' } });
  t.match((await run(directory)).totals, { files: 2, sources: 4 });
  const intervals = parquetFiles(directory).map((file) => readFooter(file).metadata.get('fgm.interval_ms'));
  t.same(intervals, ['1000', '500']);
});

t.test('runs, kernels and recorders may differ; the footer then says them by run', async (t) => {
  const directory = t.testdir();
  writeWindow(directory, window(1));
  writeWindow(directory, { ...window(2), runId: 'run-b', metadata: { 'fgm.kernel_release': '6.2.0' } });
  await run(directory);
  const { metadata } = readFooter(parquetFiles(directory)[0]!);
  t.notOk(metadata.has('fgm.run_id'));
  t.notOk(metadata.has('fgm.kernel_release'));
  t.match(sourceRuns(metadata), [
    { run_id: 'run-a', segments: [[1, 1]], kernel_release: '6.1.0-test' },
    { run_id: 'run-b', segments: [[2, 2]], kernel_release: '6.2.0' },
  ]);
});

t.test('files that are broken or not ours stay, are said once, and are nobody else’s trouble', async (t) => {
  const directory = t.testdir();
  const good = writeHour(directory, 4);
  const into = path.dirname(good[0]!);
  const spoil: Record<string, (file: string) => void> = {
    'cut short': (file) => fs.truncateSync(file, 300),
    'not Parquet': (file) => fs.writeFileSync(file, 'not Parquet at all, but long enough'),
    empty: (file) => fs.writeFileSync(file, ''),
    'a page of garbage': (file) => {
      const fd = fs.openSync(file, 'r+');
      fs.writeSync(fd, Buffer.alloc(64, 0xff), 0, 64, 20);
      fs.closeSync(fd);
    },
  };
  const broken = Object.entries(spoil).map(([, action], index) => {
    const file = writeWindow(directory, window(10 + index));
    action(file);
    return file;
  });
  const foreign = writeWindow(directory, {
    ...window(20),
    metadata: { 'fgm.segment': 'what-is-this', 'fgm.run_id': 'x' },
  });
  const strange = path.join(into, 'containers-20261121T050001Z.parquet.bak');
  fs.writeFileSync(strange, 'x');
  fs.mkdirSync(path.join(into, 'containers-20261121T055959Z.parquet'));
  const before = broken.map((file) => fs.readFileSync(file));
  const { totals, reports } = await run(directory);
  t.match(totals, { files: 1, sources: 4, left: 5, failed: 0 });
  const left = reports.flatMap((report) => (report.type === 'left' ? [report.path] : []));
  t.same(left.toSorted(), [...broken, foreign].toSorted());
  t.same(
    broken.map((file) => fs.readFileSync(file)),
    before,
  );
  t.ok(fs.existsSync(strange));
});

t.test('a file that may not be read is left alone', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fgm-consolidate-'));
  t.teardown(() => fs.rmSync(directory, { recursive: true }));
  const [first, ...others] = writeHour(directory, 3);
  fs.chmodSync(first!, 0);
  // Root may read everything, so somebody else has to try.
  if (isRoot) {
    for (const place of [directory, ...tree(directory).flatMap((file) => parentsOf(directory, file))]) {
      fs.chmodSync(place, 0o777);
    }
    for (const file of others) fs.chmodSync(file, 0o644);
    process.seteuid?.(65_534);
    t.teardown(() => process.seteuid?.(0));
  }
  t.match(await run(directory), {
    totals: { files: 1, sources: 2, left: 1, failed: 0 },
    reports: [{ type: 'left', path: first, problem: /EACCES/ }, { type: 'merged' }],
  });
});

function parentsOf(directory: string, file: string): string[] {
  const parent = path.dirname(file);
  return parent === '.' ? [] : [path.join(directory, parent), ...parentsOf(directory, parent)];
}

t.test('the same window twice: the copy is left alone and said', async (t) => {
  const directory = t.testdir();
  writeWindow(directory, window(1));
  writeWindow(directory, window(2));
  const copy = writeWindow(directory, { ...window(2), stamp: HOUR + 91_000 });
  const { totals, reports } = await run(directory);
  t.match(totals, { files: 1, sources: 2, left: 1 });
  t.match(
    reports.filter(({ type }) => type === 'left'),
    [{ path: copy, problem: /has a window that containers-20261121T050130Z.parquet has, too/ }],
  );
  t.match(await run(directory), { totals: { files: 0, left: 1 } }, 'also once the other is in a larger file');
});

t.test('overlapping windows and a clock that was set back: every row stays, in the order of time', async (t) => {
  const directory = t.testdir();
  writeWindow(directory, window(1, 0));
  writeWindow(directory, { ...window(2, 45), runId: 'run-b' });
  // The clock went back by a minute: the same ticks again, in a file with the next free stamp.
  writeWindow(directory, { ...window(3, 30), stamp: HOUR + 46_000 });
  await run(directory);
  const found = (await readExactly(parquetFiles(directory)[0]!)).map((row) => Number(row['tick']) - HOUR / 1000);
  const wanted = [0, 45, 30].flatMap((from) => Array.from({ length: 90 }, (_, index) => from + index));
  t.same(
    found,
    wanted.sort((a, b) => a - b),
  );
});

t.test('a dry run only says', async (t) => {
  const directory = t.testdir();
  const files = writeHour(directory, 3);
  const before = tree(directory);
  const { totals, reports } = await run(directory, { dryRun: true });
  t.same(tree(directory), before);
  t.match(totals, { files: 1, sources: 3, rows: 540, bytesOut: 0 });
  t.match(reports, [{ type: 'planned', table: 'containers', sources: files.map((file) => path.basename(file)) }]);
});

t.test('a dry run of a day that is over names each file once', async (t) => {
  const directory = t.testdir();
  const files = writeHour(directory, 3);
  const { start, ...next } = window(4);
  files.push(writeWindow(directory, { ...next, start: start + 3_600_000 }));
  const now = (): number => HOUR + DAY;
  const { totals, reports } = await run(directory, { dryRun: true, now });
  t.match(totals, { files: 1, sources: 4 });
  t.match(reports, [{ type: 'planned', sources: files.map((file) => path.basename(file)) }]);
  await run(directory, { now });
  t.equal(parquetFiles(directory).length, 1);
});

t.test('two at once exclude each other', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 3);
  const lock = await acquireLock(directory, 'consolidation');
  await t.rejects(run(directory), { message: /another consolidation with pid \d+/ });
  await lock.release();
  const recorder = await acquireLock(directory);
  t.match((await run(directory)).totals, { files: 1 }, 'a recorder may run');
  await recorder.release();
});

t.test('tables of other writers are not touched', async (t) => {
  const directory = t.testdir();
  for (const number of [1, 2]) writeWindow(directory, { ...window(number), table: 'logs' });
  t.match(await run(directory), { totals: { files: 0, left: 0 }, reports: [] });
});

t.test('more files than may be open at a time', async (t) => {
  const directory = t.testdir();
  for (let number = 1; number <= 300; number++) {
    writeWindow(directory, { ...window(number, number * 10), rows: rows(number * 10, 10) });
  }
  const { totals } = await run(directory);
  t.match(totals, { files: 4, sources: 303, failed: 0 });
  t.equal(names(directory).length, 1);
  t.equal(await rowsOf(directory), 3000);
});

t.test('a source that is deleted meanwhile: nothing of it comes back', async (t) => {
  const directory = t.testdir();
  const files = writeHour(directory, 4);
  let done = false;
  const step = (at: string): void => {
    if (at === 'verified' && !done) fs.rmSync(files[0]!);
    done ||= at === 'verified';
  };
  const { totals } = await run(directory, { step });
  t.match(totals, { files: 0, failed: 0 });
  t.match((await run(directory)).totals, { files: 1, sources: 3 });
  t.equal(await rowsOf(directory), 540);
});

t.test('what was written is compared with what was read', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 4);
  const step = (at: string): void => {
    if (at !== 'written') return;
    const part = path.join(directory, '.consolidation/containers.parquet-part');
    const fd = fs.openSync(part, 'r+');
    const byte = Buffer.alloc(1);
    fs.readSync(fd, byte, 0, 1, 400);
    byte[0]! ^= 0x10;
    fs.writeSync(fd, byte, 0, 1, 400);
    fs.closeSync(fd);
  };
  const { totals, reports } = await run(directory, { step });
  t.match(totals, { files: 0, failed: 1 });
  t.match(reports, [{ type: 'failed', errno: null }]);
  t.equal(names(directory).length, 4);
  t.same(fs.readdirSync(directory), ['dt=2026-11-21']);
});

t.test('the result belongs to whom the sources did', { skip: isRoot ? false : 'needs root' }, async (t) => {
  const directory = t.testdir();
  for (const file of writeHour(directory, 2)) {
    fs.chownSync(file, 1234, 1235);
    fs.chmodSync(file, 0o604);
  }
  await run(directory);
  const { uid, gid, mode } = fs.statSync(parquetFiles(directory)[0]!);
  t.same([uid, gid, mode & 0o777], [1234, 1235, 0o604]);
});
