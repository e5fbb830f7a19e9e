import { canCompile, CgroupSandbox, Patient, whyNoCgroups } from '@fgm/testkit';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { rowsOf, until, type Row } from './harness/recording.ts';

/** Its smaps_rollup takes some milliseconds: long enough to tell from everything else. `npm run bench -- patient` takes four. */
const MEBIBYTES = 1024;
const SECONDS = 12;
const CONTROL_SECONDS = 6;
/** Where others use the machine, a thread that holds the lock for microseconds can lose its CPU: so many times fewer stalls. */
const FEWER = 4;
/** A stall of this share of the shortest read is that of a read. */
const SHARE = 0.5;
/** It writes down what it felt, bytes. */
const TOUCHED = 4 * 2 ** 20;
const skip = canCompile()
  ? freemem() < 3 * MEBIBYTES * 2 ** 20
    ? `needs ${3 * MEBIBYTES} MiB of free memory`
    : whyNoCgroups()
  : 'needs a C compiler';

/** Makes a container of it, as far as anybody can see. */
function contain(t: Test, pid: number): string {
  const sandbox = new CgroupSandbox('fgm-patient');
  t.teardown(() => sandbox.close());
  const id = randomBytes(32).toString('hex');
  const below = `kubepods/burstable/pod${randomUUID()}/${id}`;
  sandbox.make(below);
  sandbox.move(pid, below);
  return id;
}

t.test('a recorder does not stall a process with much memory, and smaps_rollup does', { skip }, async (t) => {
  const patient = await Patient.start(MEBIBYTES);
  t.teardown(() => patient.kill());
  const { felt: control, reads } = await patient.feelRollups(CONTROL_SECONDS, 600);
  const shortest = Math.min(...reads);
  const inflicted = control.stalls.filter((ms) => ms >= shortest * SHARE).length;
  t.ok(
    inflicted >= reads.length * 0.8,
    `${reads.length} reads of ${shortest.toFixed(1)} ms and more stalled it ${inflicted} times: the test can fail`,
  );
  const directory = join(t.testdir(), 'data');
  const id = contain(t, patient.pid);
  const fgm = await FgmProcess.start(t, directory, ['--scope', 'containers']);
  const felt = await patient.feel(SECONDS);
  await until('it was walked', async () => (await fgm.metric('fgm_pagewalks_total{method="pagemap"}')) > 0);
  const stalls = felt.stalls.filter((ms) => ms >= shortest * SHARE);
  const most = (inflicted / CONTROL_SECONDS / FEWER) * SECONDS;
  const stalled = `${stalls.length} stalls of ${(shortest * SHARE).toFixed(1)} ms or more, longest ${felt.max} ms`;
  t.ok(stalls.length <= most, `${stalled}; at most ${most.toFixed(1)} would do`);
  const rollup = readFileSync(`/proc/${patient.pid}/smaps_rollup`, 'latin1');
  t.equal((await fgm.stop()).code, 0);

  const rows = (await rowsOf(directory, 'processes')).filter((row) => Number(row['pid']) === patient.pid);
  const methods = new Set(rows.map(({ memory_method: method }) => method));
  t.strictSame(methods, new Set(['none', 'pagemap', 'reused']), 'smaps_rollup was never read');
  const last = rows.at(-1)!;
  const touched = Math.abs(Number(last['uss_bytes']) - ownBytes(rollup));
  t.ok(touched <= TOUCHED, `USS is exact, but for ${touched} bytes that it has touched since`);
  t.ok(last['smaps_rollup_pss_bytes'] === null && Number(last['pss_upper_bytes']) >= Number(last['pss_lower_bytes']));
  const containers = (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === id);
  t.match(containers.at(-1), { pss_bytes: null, pss_coverage: 0, uss_coverage: 1, uss_bytes: last['uss_bytes'] });
  budget(t, rows);
});

function ownBytes(rollup: string): number {
  const kilobytes = (key: string): number => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(rollup)![1]);
  return (kilobytes('Private_Clean') + kilobytes('Private_Dirty')) * 1024;
}

/** By its rows, walking has not taken much more than 5 ms a second. */
function budget(t: Test, rows: readonly Row[]): void {
  const walks = rows.filter(({ memory_method: method }) => method === 'pagemap');
  const usec = walks.reduce((sum, row) => sum + Number(row['walk_usec']), 0);
  const seconds = Number(rows.at(-1)!['tick']) - Number(rows[0]!['tick']) + 1;
  t.ok(walks.length > 0 && usec / seconds < 10_000, `${walks.length} walks, ${Math.round(usec / seconds)} us a second`);
}
