/** Neither the limit nor the disk has room: nothing is lost, and it works once there is. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import t, { type Test } from 'tap';
import { du, parquetFiles, tree } from '../fixture.ts';
import { readExactly, run, writeHour } from './window-file.ts';

const isRoot = process.getuid?.() === 0;

t.test('no room under the limit: it waits', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 10);
  const bytes = du(directory);
  for (const [what, limit] of [
    ['full', { bytes: bytes + 1000, onLimit: 'evict', patienceMs: 0 }],
    ['a recorder that would stop', { bytes: bytes * 2, onLimit: 'stop', patienceMs: 10_000 }],
  ] as const) {
    const { totals, reports } = await run(directory, { limit: { ...limit, bytes: limit.bytes } });
    t.match(totals, { files: 0, failed: 0 }, what);
    t.same(
      reports.filter(({ type }) => type !== 'waiting'),
      [],
    );
    t.equal(parquetFiles(directory).length, 10);
    t.same(fs.readdirSync(directory), ['dt=2026-11-21']);
  }
});

/** A small file system of its own. */
function tmpfs(t: Test, bytes: number): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fgm-consolidate-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory]);
  t.teardown(() => {
    execFileSync('umount', ['-l', directory]);
    fs.rmdirSync(directory);
  });
  return directory;
}

t.test('a full disk', { skip: isRoot ? false : 'needs root' }, async (t) => {
  const directory = tmpfs(t, 4 << 20);
  writeHour(directory, 40);
  const ballast = path.join(directory, 'ballast');
  const step = (at: string): void => {
    if (at !== 'reserved') return;
    const { bavail, bsize } = fs.statfsSync(directory);
    fs.writeFileSync(ballast, Buffer.alloc((bavail - 1) * bsize));
  };
  const before = tree(directory);
  const full = await run(directory, { step });
  t.match(full.reports, [{ type: 'failed', table: 'containers', errno: 'ENOSPC' }]);
  fs.rmSync(ballast);
  t.same(tree(directory), before, 'the sources are there, what was begun is not');
  t.match((await run(directory)).totals, { files: 1, sources: 40 }, 'and it works once there is room');
  t.equal((await readExactly(parquetFiles(directory)[0]!)).length, 7200);
});
