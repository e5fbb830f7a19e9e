import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { detailOf, ownEvents, parquetFiles, readJson, rowsOf, until, type Row } from './harness/recording.ts';

const FAST = ['--interval', '100ms', '--scope', 'all', '--memory', 'off'];

function hostTicks(rows: readonly Row[]): number[] {
  return rows.filter(({ scope }) => scope === 'host').map(({ tick }) => Number(tick));
}

/** The last tick that /metrics says is complete. */
async function lastTick(fgm: FgmProcess, intervalMs: number): Promise<number> {
  return Math.floor(((await fgm.metric('fgm_last_tick_timestamp_seconds')) * 1000) / intervalMs);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} finishes the files`, async (t) => {
    const directory = join(t.testdir(), 'data');
    const fgm = await FgmProcess.start(t, directory, [...FAST, '--rotation', '1s']);
    await fgm.samples('host', 1);
    await fgm.ticks(15);
    const before = await lastTick(fgm, 100);
    fgm.signal(signal);
    const { code, milliseconds } = await fgm.ended;
    t.equal(code, 0);
    t.ok(milliseconds < 10_000, `it took ${Math.round(milliseconds)} ms`);
    t.same(readdirSync(join(directory, 'spool')), [], 'nothing is left in the spool');
    const unfinished = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
      (name) => /\.(part|tmp)$/.test(name) || name.endsWith('lock'),
    );
    t.same(unfinished, [], 'no unfinished file, no lock');
    const rows = hostTicks(await rowsOf(directory, 'containers'));
    t.ok(rows.at(-1)! >= before, 'the last tick is there');
    t.equal(new Set(rows).size, rows.length, 'no tick twice');
    t.match(detailOf((await ownEvents(directory)).at(-1)), { reason: signal });
  });
}

t.test('a signal while it starts ends it too', async (t) => {
  const directory = join(t.testdir(), 'data');
  const fgm = new FgmProcess(t, directory, FAST);
  await until('it has a lock or more', () => readdirSync(directory).length > 0);
  const { code, signal } = await fgm.stop();
  t.same([code, signal], [0, null]);
});

t.test('SIGKILL takes at most one tick, whenever it comes', async (t) => {
  const directory = join(t.testdir(), 'data');
  const seen: number[] = [];
  for (let run = 0; run < 5; run++) {
    const fgm = await FgmProcess.start(t, directory, [...FAST, '--rotation', '500ms']);
    const started = performance.now();
    await fgm.samples('host', 1);
    await fgm.ticks(3 + 2 * run);
    if (run > 0) t.equal((await fgm.metric('fgm_recovered_segments_total')) > 0, true, `run ${run} recovered`);
    seen.push(await lastTick(fgm, 100));
    await fgm.kill();
    t.ok(performance.now() - started < 20_000);
  }
  const last = await FgmProcess.start(t, directory, FAST);
  await last.samples('host', 1);
  await last.ticks(1);
  t.equal((await last.stop()).code, 0);

  const rows = hostTicks(await rowsOf(directory, 'containers'));
  const ticks = new Set(rows);
  t.equal(ticks.size, rows.length, 'no tick twice');
  for (const tick of seen) {
    t.ok(ticks.has(tick) || ticks.has(tick - 1), `tick ${tick} was seen, and it or the one before it is recorded`);
  }
  t.same(readdirSync(join(directory, 'spool')), []);
  const events = await ownEvents(directory);
  const count = (type: string): number => events.filter((event) => event['type'] === type).length;
  t.same([count('recorder_start'), count('recovered_spool'), count('recorder_stop')], [6, 5, 1]);
  const sessions = readdirSync(directory).filter((name) => name.startsWith('session-'));
  t.equal(sessions.length, 6, 'each run has left its configuration');
  const index = readJson(directory, 'index.json') as { data_range: { earliest: string; latest: string } };
  t.ok(
    Date.parse(index.data_range.earliest) <= seen[0]! * 100 && Date.parse(index.data_range.latest) >= seen[4]! * 100,
  );
  t.ok(parquetFiles(directory).length >= 12);
});
