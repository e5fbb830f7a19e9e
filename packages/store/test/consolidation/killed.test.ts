/** Wherever consolidation is cut short, and at every instant while it goes on, each row is there once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { errnoOf } from '../../src/directory.ts';
import { readFooter } from '../../src/footer.ts';
import { takeSnapshot } from '../../src/reader.ts';
import { listFiles } from '../../src/superseded.ts';
import { parquetFiles, tree } from '../fixture.ts';
import { containerRow, HOUR, readExactly, run, writeHour, writeWindow } from './window-file.ts';

const WORKER = fileURLToPath(new URL('killed.worker.ts', import.meta.url));
const WINDOWS = 6;
const ROWS = WINDOWS * 180;

function start(directory: string, ...where: readonly string[]): ChildProcess {
  const args = ['--conditions=@fgm/source', '--no-warnings', WORKER, directory, ...where];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}

/** Rows of the files that count. Null when one of them was deleted between being listed and being opened: look again. */
function countRows(directory: string): number | null {
  try {
    return listFiles(directory).visible.reduce((sum, file) => sum + readFooter(file.path).rows, 0);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

for (const [step, count, superseded] of [
  ['reserved', 1, 0],
  ['writing', 1, 0],
  ['writing', 4, 0],
  ['written', 1, 0],
  ['verified', 1, 0],
  ['named', 1, WINDOWS],
  ['removed', 1, WINDOWS - 1],
  ['removed', WINDOWS - 1, 1],
  ['removed', WINDOWS, 0],
  ['done', 1, 0],
] as const) {
  t.test(`killed at ${step} ${count}`, async (t) => {
    const directory = t.testdir();
    writeHour(directory, WINDOWS);
    const [code, signal] = (await once(start(directory, step, String(count)), 'exit')) as [unknown, unknown];
    t.same([code, signal], [null, 'SIGKILL']);
    t.equal(listFiles(directory).superseded.size, superseded);
    t.equal(countRows(directory), ROWS, 'either the sources or the result');
    const { reports } = await run(directory);
    t.equal(reports.filter(({ type }) => type === 'cleared').length, superseded);
    t.equal(countRows(directory), ROWS);
    t.same(
      tree(directory),
      ['dt=2026-11-21/identifier=node-a/containers-consolidated-20261121T050000Z-20261121T050900Z.parquet'],
      'found right at the next start',
    );
  });
}

t.test('readers that look all the time see every row once', async (t) => {
  const [directory, scratch] = ['data', 'scratch'].map((name) => path.join(t.testdirName, name)) as [string, string];
  t.testdir({ data: {}, scratch: {} });
  for (let hour = 0; hour < 2; hour++) {
    for (let number = 0; number < 60; number++) {
      for (const table of ['containers', 'bursts']) {
        const second = hour * 3600 + number * 60;
        const rows = Array.from({ length: 60 }, (_, index) => containerRow('a', second + index));
        writeWindow(directory, { table, start: HOUR - 7_200_000 + second * 1000, number: hour * 60 + number, rows });
      }
    }
  }
  const child = start(directory);
  const exited = new AbortController();
  child.once('exit', () => exited.abort());
  const seen = new Map<number | null, number>();
  const files = new Set<number>();
  while (!exited.signal.aborted) {
    const rows = countRows(directory);
    seen.set(rows, (seen.get(rows) ?? 0) + 1);
    const { closed } = await takeSnapshot(directory, scratch);
    files.add(closed.length);
    await turn();
  }
  const torn = [...seen.keys()].filter((rows) => rows !== null && rows !== 14_400);
  t.same(torn, []);
  t.ok(seen.get(14_400)! > 20, `looked ${seen.get(14_400)} times`);
  t.ok(
    [...files].every((count) => [240, 181, 122, 63, 4].includes(count)),
    `an hour at a time: ${[...files].join()}`,
  );
  t.equal(parquetFiles(directory).length, 4);
});

t.test('a later file of the name of one that was replaced counts', async (t) => {
  const directory = t.testdir();
  const [first] = writeHour(directory, 3);
  await run(directory);
  // The clock was set back, and retention had made the name free.
  const rows = [containerRow('late', 1)];
  writeWindow(directory, { table: 'containers', start: HOUR, number: 9, runId: 'run-b', rows });
  t.ok(fs.existsSync(first!));
  t.equal(listFiles(directory).superseded.size, 0);
  t.equal(countRows(directory), 541);
  await run(directory);
  t.equal(parquetFiles(directory).length, 1);
  t.equal((await readExactly(parquetFiles(directory)[0]!)).length, 541);
});

t.test('a file that has not replaced all yet is not merged with others', async (t) => {
  const directory = t.testdir();
  const files = writeHour(directory, 3);
  const kept = fs.readFileSync(files[0]!);
  await run(directory);
  fs.writeFileSync(files[0]!, kept);
  writeWindow(directory, { table: 'containers', start: HOUR + 900_000, number: 4, rows: [containerRow('a', 900)] });
  t.equal(countRows(directory), 541);
  const { reports } = await run(directory, { dryRun: true });
  t.same(reports, []);
  await run(directory);
  t.equal(
    path.basename(parquetFiles(directory)[0]!),
    'containers-consolidated-20261121T050000Z-20261121T051630Z.parquet',
  );
  t.equal(countRows(directory), 541);
});
