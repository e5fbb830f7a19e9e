import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { occursTwice } from '../../src/validate/clock-steps.ts';
import type { Finding } from '../../src/validate/finding.ts';
import { validate } from '../../src/validate/validate.ts';
import { Database } from '../../src/duckdb/database.ts';
import { literal } from '../../src/duckdb/sql-text.ts';
import { fileOf, recorded, rewrite } from '../recorded.ts';

/** The clock was set back after this tick, so far that the next one had its number. Ticks last 100 ms. */
interface SetBack {
  readonly after: number;
  readonly ticks: number;
}

/** Ticks may be missed on a busy machine, so the step is made to fit those that there are. */
async function stepFor(directory: string): Promise<SetBack> {
  const database = await Database.open();
  try {
    const rows = await database.rows<{ tick: bigint }>(
      `SELECT DISTINCT tick FROM read_parquet(${literal(fileOf(directory, 'containers'))}) ORDER BY tick`,
    );
    const ticks = rows.map(({ tick }) => Number(tick));
    const middle = Math.floor(ticks.length / 2) - 1;
    return { after: ticks[middle]!, ticks: ticks[middle + 1]! - ticks[middle]! };
  } finally {
    database.close();
  }
}

/** Makes a recording what it would be had the clock been set back in its middle. */
async function setBack(directory: string, { after, ticks }: SetBack): Promise<void> {
  for (const [table, key] of [
    ['containers', 'container_id'],
    ['processes', 'container_id, pid, start_time'],
  ] as const) {
    const late = `tick > ${after}`;
    const moved = `CASE WHEN ${late} THEN time - INTERVAL '${ticks * 100} ms' ELSE time END AS time`;
    const sql = `SELECT * REPLACE (${moved}, CASE WHEN ${late} THEN tick - ${ticks} ELSE tick END AS tick) FROM source`;
    await rewrite(fileOf(directory, table), `${sql} ORDER BY ${key}, time`);
  }
}

/** Adds the event that the recorder writes. */
function addStep(directory: string, { after, ticks }: SetBack): Promise<void> {
  const time = `make_timestamp(${(after + 1 - ticks) * 100_000}::BIGINT)`;
  const detail = literal(JSON.stringify({ step_ms: -ticks * 100 }));
  const row = `SELECT * REPLACE ('clock_step' AS type, 'warning' AS severity, ${detail} AS detail, ${time} AS time) FROM source LIMIT 1`;
  return rewrite(
    fileOf(directory, 'events'),
    `SELECT * EXCLUDE (file_row_number) FROM ((SELECT * FROM source) UNION ALL BY NAME (${row})) ORDER BY coalesce(container_id, ''), time`,
  );
}

function serious(findings: readonly Finding[], rules: readonly string[]): string[] {
  const some = findings.filter(({ severity, rule }) => severity !== 'info' && rules.includes(rule));
  return some.map(({ rule, message }) => `${rule}: ${message}`);
}

t.test('ticks that come again after a step back are a fact, not an error', async (t) => {
  const directory = await recorded(t);
  const step = await stepFor(directory);
  await setBack(directory, step);
  const index = join(directory, 'index.json');
  const document = JSON.parse(readFileSync(index, 'utf8')) as { containers: Record<string, { first_seen: string }> };
  for (const entry of Object.values(document.containers)) {
    entry.first_seen = new Date((step.after + 1) * 100 + 3000).toISOString();
  }
  writeFileSync(index, JSON.stringify(document));
  const rules = ['duplicate', 'counter', 'index'];
  const without = await validate(directory);
  t.ok(serious(without.findings, ['duplicate']).length >= 2, 'without an event that tells of a step they are errors');
  t.ok(serious(without.findings, ['index']).length > 0);
  await addStep(directory, step);
  const { findings } = await validate(directory);
  t.strictSame(serious(findings, rules), []);
  const told = findings.filter(({ rule, severity }) => rule === 'duplicate' && severity === 'info');
  t.equal(told.length, 2, 'but they are told, for both tables');
  t.match(told[0]!.message, /more than one row for an entity and a tick: the clock was set back, as an event says/);
});

t.test('how far a step reaches', (t) => {
  const steps = [{ identifier: 'a', from: 100_000, to: 160_000 }];
  for (const [time, twice] of [
    [97_000, false],
    [98_500, true],
    [130_000, true],
    [161_500, true],
    [163_000, false],
  ] as const) {
    t.equal(occursTwice(steps, time), twice, String(time));
  }
  t.equal(occursTwice([], 130_000), false);
  t.end();
});
