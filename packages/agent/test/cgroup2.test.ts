import { blockColumns, type Column } from '@fgm/catalog';
import { encodeSegmentTo, listOpenWindows } from '@fgm/store';
import { whyNot } from '@fgm/testkit';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { detailOf, readJson, rowsOf, type Row } from './harness/recording.ts';
import { valueIn, type Snapshot, type V2Report } from './harness/v2-report.ts';

const MACHINE = fileURLToPath(new URL('../../testkit/rigs/v2vm.sh', import.meta.url));
const GUEST = fileURLToPath(new URL('harness/v2-guest.ts', import.meta.url));
const SECONDS = 600;
/** A row's files are read within this time around the row's own; the machine is some twenty times slower than others. */
const MARGIN_MS = 1_500;
/** What is read only now and then where nothing moves. */
const REFRESH_MS = 31_000;

/** Boots the machine, which takes about a minute in all, and gives the directory with what it left. */
async function recordThere(t: Test): Promise<string> {
  const out = join(t.testdir(), 'out');
  mkdirSync(out);
  const command = [process.execPath, '--conditions=@fgm/source', '--no-warnings', GUEST, '/out'];
  const machine = spawn(MACHINE, ['-t', `${SECONDS}`, '-o', out, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let console = '';
  machine.stdout.on('data', (bytes: Buffer) => (console += bytes.toString()));
  const [status] = (await once(machine, 'close')) as [number | null];
  if (status !== 0) throw new Error(`the machine ended with ${status}: ${console}`);
  return out;
}

const COLUMNS = blockColumns('containers').filter(({ source }) => source !== 'derived' && source !== 'recorder');

function numberIn(row: Row, { name }: Column): number | null {
  const value = row[name];
  return value === null ? null : Number(value);
}

function around(snapshots: readonly Snapshot[], time: number, before: number): readonly Snapshot[] {
  return snapshots.filter(({ begin, end }) => end >= time - before && begin <= time + MARGIN_MS);
}

/** What the kernel said in the last copy made surely before the row was read, up to the first one made surely after. */
function bracket(snapshots: readonly Snapshot[], time: number, { source, key }: Column): readonly (number | null)[] {
  const before = snapshots.findLast(({ end }) => end < time - MARGIN_MS);
  const after = snapshots.find(({ begin }) => begin > time + MARGIN_MS);
  if (before === undefined || after === undefined) return [];
  return [before, ...around(snapshots, time, MARGIN_MS), after].map(({ files }) => valueIn(files[source], source, key));
}

// Of the file too: the machine ends by itself when its time is over.
t.setTimeout((SECONDS + 60) * 1000);
t.test('a cgroup v2 machine', { skip: whyNot('v2vm') }, async (t) => {
  t.setTimeout((SECONDS + 60) * 1000);
  const out = await recordThere(t);
  const { id, cgroup, code, rested, ending, snapshots } = readJson(out, 'report.json') as unknown as V2Report;
  const said = readFileSync(join(out, 'fgm.log'), 'utf8').trim().split('\n');
  // On a busy machine its last window may take longer than it allows itself at its end. Then it says so, and nothing is lost.
  const late = said.some((line) => line.includes('the last window took too long to close'));
  t.equal(code, late ? 1 : 0, 'the recorder ended well', { said: said.slice(-10) });
  const data = join(out, 'data');
  for (const window of listOpenWindows(data)) await encodeSegmentTo(window.directory, data);
  const containers = await rowsOf(data, 'containers');
  const rows = containers.filter((row) => row['container_id'] === id);
  const timeOf = (row: Row): number => (row['time'] as Date).getTime();
  const resting = rows.filter((row) => timeOf(row) > rested + REFRESH_MS && timeOf(row) < ending - MARGIN_MS);
  const working = rows.filter((row) => timeOf(row) < rested);

  await t.test('who it is', async (t) => {
    t.ok(working.length >= 3 && resting.length >= 3, `${working.length} rows of work, ${resting.length} of rest`);
    t.match(rows[0], { container_id: id, cgroup, scope: 'container', runtime: null, node: 'box' });
    t.match(rows.at(-1), { cpu_limit_millicores: 200, memory_max_bytes: BigInt(64 << 20), pids_max: 40n });
    const processes = (await rowsOf(data, 'processes')).filter((row) => row['container_id'] === id);
    t.ok(processes.length > 0 && processes.every(({ comm }) => typeof comm === 'string'));
  });

  await t.test('what happened to it is told', async (t) => {
    const events = (await rowsOf(data, 'events')).filter((row) => row['container_id'] === id);
    const told = (type: string): Row[] => events.filter((event) => event['type'] === type);
    for (const event of events) t.comment(`${String(event['type'])} ${String(event['detail'])}`);
    t.equal(told('cpu_throttled_start').length > 0, true, 'a fifth of a core is not enough');
    const kills = told('oom_kill').map((event) => detailOf(event) as { count: number; victims?: { pid: number }[] });
    // It was there before the recorder, which on a busy machine comes to its first look when there were kills already.
    const said = rows.map((row) => row['memory_events_oom_kill']).filter((value) => value !== null);
    const counted = kills.reduce((sum, { count }) => sum + count, 0);
    t.equal(
      counted,
      Number(said.at(-1)) - Number(said[0]),
      'every kill that the kernel has counted since the first look',
    );
    // Who was born and killed between two readings is known to nobody.
    t.ok(counted > 0 && kills.some(({ victims = [] }) => victims.length > 0), 'and who it was, where it had been seen');
    t.equal(told('process_start').length >= 1, true);
  });

  await t.test('every counter lies between what the kernel says before and after', async (t) => {
    let compared = 0;
    for (const column of COLUMNS.filter(({ kind }) => kind === 'counter')) {
      const wrong = working.flatMap((row) => {
        const said = bracket(snapshots, timeOf(row), column);
        const value = numberIn(row, column);
        if (said.length === 0) return [];
        compared++;
        const low = said.every((one) => one === null) ? null : Math.min(...said.map(Number));
        const high = low === null ? null : Math.max(...said.map(Number));
        const right = low === null || value === null ? value === low : value >= low && value <= high!;
        return right ? [] : [{ value, low, high }];
      });
      t.same(wrong, [], column.name);
    }
    t.ok(compared > 200, `${compared} values were compared`);
  });

  await t.test('at rest every value is the one in the file', async (t) => {
    let compared = 0;
    for (const column of COLUMNS) {
      const { source, key, name } = column;
      const wrong = resting.flatMap((row) => {
        // On a busy machine copies are far apart: the first one made surely after the row tells whether it still moved.
        const after = snapshots.find(({ begin }) => begin > timeOf(row) + MARGIN_MS);
        if (after === undefined) return [];
        const copies = [...around(snapshots, timeOf(row), REFRESH_MS), after];
        const said = new Set(copies.map(({ files }) => valueIn(files[source], source, key)));
        // The kernel itself still moves it: an average that comes down, a page that is written back.
        if (said.size !== 1) return [];
        compared++;
        const value = numberIn(row, column);
        return said.has(value) ? [] : [{ value, said: [...said] }];
      });
      t.same(wrong, [], name);
    }
    t.ok(compared > 100 * resting.length, `${compared} values were compared`);
  });

  await t.test('what happened to it', async (t) => {
    const last = rows.at(-1)!;
    t.ok(Number(last['memory_events_oom_kill']) >= 1, 'the kernel has killed a process of it');
    t.ok(Number(last['memory_events_max']) >= 1);
    t.ok(Number(last['cpu_stat_nr_throttled']) > 0 && Number(last['cpu_stat_throttled_usec']) > 0);
    t.ok(Number(last['cpu_pressure_some_total_usec']) > 0);
    t.ok(Number(last['memory_peak_bytes']) > 32 << 20 && Number(last['memory_peak_bytes']) <= 64 << 20);
    t.equal(last['memory_high_bytes'], null, 'max is no number');
    t.equal(last['memory_swap_max_bytes'], 0n, 'and zero is one');
    const rates = working.flatMap((row) =>
      row['cpu_usage_millicores'] === null ? [] : [row['cpu_usage_millicores'] as number],
    );
    t.ok(Math.max(...rates) > 50 && Math.max(...rates) < 400, `it used what it may: ${Math.max(...rates)}`);
    for (const row of rows.filter((each) => each['memory_current_bytes'] !== null)) {
      const percent = (Number(row['memory_current_bytes']) / (64 << 20)) * 100;
      if (Math.abs(Number(row['memory_percent']) - percent) > 1e-6) t.equal(row['memory_percent'], percent);
    }
  });

  await t.test('a service with limits, and the machine', async (t) => {
    const service = containers.filter(({ container }) => container === 'fgm-probe.service');
    t.ok(service.length > 3);
    t.match(service.at(-1), {
      scope: 'service',
      container_id: '/system.slice/fgm-probe.service',
      memory_max_bytes: BigInt(48 << 20),
      cpu_limit_millicores: 200,
    });
    t.ok(Number(service.at(-1)!['cpu_stat_nr_throttled']) > 0);
    const host = containers.filter(({ scope }) => scope === 'host').at(-1)!;
    t.ok(Number(host['cpu_stat_usage_usec']) > 0);
    t.equal(host['memory_max_bytes'], null, 'nothing limits the machine');
  });
});
