import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { BURST_METRICS, LABELS } from '@fgm/catalog';
import t from 'tap';
import type { Test } from 'tap';
import type { Rule } from '../../src/validate/finding.ts';
import { validate } from '../../src/validate/validate.ts';
import { fileOf, recorded, rewrite } from '../recorded.ts';

let recording: string;
t.before(async () => {
  recording = await recorded(t);
});

const COLUMNS = [...LABELS, ...BURST_METRICS].map(({ name }) => name).join(', ');
/** Rules that speak of rows. */
const OF_ROWS: readonly Rule[] = ['row-key', 'order', 'duplicate', 'window', 'tick', 'counter', 'gap'];

/** The rules that a table of bursts breaks, which is `containers` with other times. @param time SQL of microseconds @param columns SQL of the others */
async function broken(t: Test, time: string, columns: string = COLUMNS): Promise<Rule[]> {
  const directory = join(t.testdir({}), 'data');
  cpSync(recording, directory, { recursive: true });
  const containers = fileOf(directory, 'containers');
  const order = 'ORDER BY container_id, time';
  const moved = `SELECT make_timestamptz(${time}) AS time, ${columns} FROM source`;
  const sql = `SELECT time, epoch_us(time) // 100000 AS tick, ${COLUMNS} FROM (${moved}) ${order}`;
  await rewrite(containers, sql, { 'fgm.table': 'bursts' }, containers.replace('/containers-', '/bursts-'));
  const { findings } = await validate(directory);
  const ofRows = findings.filter(({ rule, severity }) => severity === 'error' && OF_ROWS.includes(rule));
  return ofRows.map(({ rule }) => rule);
}

const TIMES: readonly (readonly [what: string, time: string, rules: readonly Rule[]])[] = [
  ['rows from before the window', 'epoch_us(time) - 30_000_000', []],
  ['rows of yesterday', 'epoch_us(time) - 86_400_000_000', []],
  ['many rows of one tick', '1700000000000000 + row_number() OVER (PARTITION BY container_id ORDER BY time)', []],
  ['a row twice', '1700000000000000', ['duplicate']],
  ['rows from after the window', 'epoch_us(time) + 3_600_000_000', ['window']],
];
for (const [what, time, rules] of TIMES) {
  t.test(`bursts: ${what}`, async (t) => t.same(await broken(t, time), rules));
}

/** A restart after which one counter is above what it was, and one below. @param apart milliseconds between two rows */
function restarted(apart: number): [time: string, columns: string] {
  const n = 'row_number() OVER (PARTITION BY container_id ORDER BY time)';
  const others = [...LABELS, ...BURST_METRICS]
    .map(({ name }) => name)
    .filter((name) => !/^cpu_stat_(?:usage|system)_usec$/.test(name))
    .map((name) =>
      name.startsWith('cpu_stat') || name.startsWith('memory_events') ? `NULL::BIGINT AS ${name}` : name,
    );
  const usage = `(900 + ${n})::BIGINT AS cpu_stat_usage_usec`;
  const system = `(CASE ${n} WHEN 1 THEN 500 ELSE 20 END)::BIGINT AS cpu_stat_system_usec`;
  return [`1700000000000000 + ${n} * ${apart} * 1000`, [...others, usage, system].join(', ')];
}
t.test('bursts: a counter of a new life', async (t) => {
  t.same(await broken(t, ...restarted(300)), []);
});
t.test('bursts: a counter that falls from one row to the next', async (t) => {
  t.same(await broken(t, ...restarted(100)), ['counter']);
});
