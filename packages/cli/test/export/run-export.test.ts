import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldMetadata, readFooter } from '@fgm/store';
import t from 'tap';
import type { Description } from '../../src/export/description.ts';
import { runQuery } from '../../src/query/run-query.ts';
import { writeCsv } from '../../src/query/write-csv.ts';
import { exported, recordedRows, replayed, rowsIn, sorted } from './replayed.ts';
import type { Row } from './replayed.ts';

function described(path: string): Description {
  return JSON.parse(readFooter(path).metadata.get('fgm.export')!) as Description;
}

function usec(row: Row): number {
  return Math.round((row['time'] as Date).getTime() * 1000);
}

const ascending = (a: number, b: number): number => a - b;

t.test('wide: the very rows of a table', async (t) => {
  t.testdir({});
  for (const node of ['v1', 'v2', 'hybrid', 'churn'] as const) {
    const data = await replayed(t, node, node);
    for (const table of ['containers', 'processes', 'node', 'events']) {
      const rows = await recordedRows(data, table);
      const file = join(t.testdirName, `${node}-${table}.parquet`);
      if (rows.length === 0) {
        await t.rejects(exported([data], file, { tables: [table] }), { message: /^nothing is recorded in/ });
        continue;
      }
      const report = await exported([data], file, { tables: [table] });
      t.same(sorted(await rowsIn(file)), sorted(rows), `${node} ${table}`);
      t.match(report, { rows: rows.length, cut: null, files: [{ path: file, tables: [table], rows: rows.length }] });
      t.match(described(file), { version: 'test', rows: rows.length, cut: null, query: { tables: [table] } });
    }
  }
  t.notOk(
    readdirSync(t.testdirName).some((name) => name.startsWith('.fgm-export')),
    'nothing is left aside',
  );
});

const asText = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'bigint' ? value.toString() : null;

/** What the long form has of a row of a table. @param labels in its order */
function longOf(table: string, row: Row, metrics: readonly string[], labels: readonly string[]): Row[] {
  return metrics
    .filter((name) => row[name] !== null && row[name] !== undefined)
    .map((name) => ({
      time: row['time'],
      metric_name: name,
      value: row[name],
      l_table: table,
      ...Object.fromEntries(labels.map((label) => [`l_${label}`, asText(row[label])])),
    }));
}

t.test('wide: what the recorder says of each column', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'v2');
  const own = readdirSync(data, { recursive: true, encoding: 'utf8' }).find((path) =>
    /\/containers-[^/]*$/.test(path),
  )!;
  const said = await fieldMetadata(readFooter(join(data, own)));
  const file = join(t.testdirName, 'wide.parquet');
  await exported([data], file, { tables: ['containers'] });
  const kept = await fieldMetadata(readFooter(file));
  t.equal(kept.get('memory_current_bytes')?.get('unit'), 'bytes');
  t.same([...kept.keys()], [...said.keys()], 'every column');
  for (const [column, facts] of kept)
    for (const key of ['unit', 'kind', 'help', 'source'])
      t.equal(facts.get(key), said.get(column)?.get(key), `${column} ${key}`);
});

t.test('long: a row for each value', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'churn');
  const file = join(t.testdirName, 'long.parquet');
  const metrics = ['memory_current_bytes', 'cpu_usage_percent', 'stat_utime_usec', 'stat_minflt'];
  const report = await exported([data], file, { layout: 'long', metrics });
  const rows = await rowsIn(file);
  const labels = Object.keys(rows[0]!).flatMap((name) => (/^l_(?!table$)/.test(name) ? [name.slice(2)] : []));
  t.same(Object.keys(rows[0]!).slice(0, 5), ['time', 'metric_name', 'metric_kind', 'value_int', 'value_float']);
  for (const label of ['node', 'namespace', 'pod', 'container', 'container_id', 'pid'])
    t.ok(labels.includes(label), label);
  const expected = [
    ...(await recordedRows(data, 'containers')).flatMap((row) =>
      longOf('containers', row, metrics.slice(0, 2), labels),
    ),
    ...(await recordedRows(data, 'processes')).flatMap((row) => longOf('processes', row, metrics.slice(2), labels)),
  ];
  const found = rows.map(({ metric_kind: kind, value_int: int, value_float: float, ...row }) => {
    if ((int === null) === (float === null)) t.fail('one of the values is there');
    if ((row['metric_name'] === 'cpu_usage_percent') !== (float !== null)) t.fail('whole numbers are in value_int');
    if ((kind === 'gauge') !== ['memory_current_bytes', 'cpu_usage_percent'].includes(row['metric_name'] as string))
      t.fail(`${String(row['metric_name'])} is a ${String(kind)}`);
    return { ...row, value: int ?? float };
  });
  const order = (row: Row): Row => Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  t.same(sorted(found.map(order)), sorted(expected.map(order)));
  t.equal(report.rows, expected.length);
});

t.test('long and wide agree on every metric of every table', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'v2');
  const long = join(t.testdirName, 'long.parquet');
  const report = await exported([data], long, { layout: 'long' });
  const sums = new Map<string, number>();
  for (const row of await rowsIn(long)) {
    const key = `${String(row['l_table'])}.${String(row['metric_name'])}`;
    sums.set(key, (sums.get(key) ?? 0) + 1);
  }
  const wide = join(t.testdirName, 'wide');
  const tables = report.files[0]!.tables;
  await exported([data], wide, { tables });
  t.same(readdirSync(wide).toSorted(), tables.map((table) => `${table}.parquet`).toSorted());
  let values = 0;
  for (const table of tables) {
    const rows = await rowsIn(join(wide, `${table}.parquet`));
    for (const name of Object.keys(rows[0]!)) {
      const count = rows.filter((row) => row[name] !== null).length;
      const found = sums.get(`${table}.${name}`);
      if (found === undefined) continue;
      values += found;
      if (found !== count) t.equal(found, count, `${table}.${name}`);
    }
  }
  t.equal(values, report.rows);
  t.ok(report.rows > 10_000, `${report.rows} values`);
});

t.test('ranges, containers, and metrics', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'v2');
  const all = await recordedRows(data, 'containers');
  const times = [...new Set(all.map(usec))].toSorted(ascending);
  const file = join(t.testdirName, 'some.parquet');
  const middle = Math.floor(times[Math.floor(times.length / 2)]! / 1000);
  const ask = async (asked: Parameters<typeof exported>[2]): Promise<Row[]> => {
    await exported([data], file, { force: true, ...asked });
    return rowsIn(file);
  };
  const before = all.filter((row) => usec(row) < middle * 1000);
  t.same(sorted(await ask({ to: String(middle) })), sorted(before), 'to');
  const after = all.filter((row) => usec(row) >= middle * 1000);
  t.same(sorted(await ask({ from: new Date(middle).toISOString() })), sorted(after), 'from');
  t.equal((await ask({ from: '-0s' })).length, all.filter((row) => usec(row) === times.at(-1)).length, 'the newest');
  const id = all.find((row) => /^[0-9a-f]{64}$/.test(row['container_id'] as string))?.['container_id'] as
    string | undefined;
  const host = all[0]!['container_id'] as string;
  for (const name of [host, ...(id === undefined ? [] : [id, id.slice(0, 12), id.slice(0, 6)])]) {
    const full = name === host ? host : id;
    const own = all.filter((row) => row['container_id'] === full);
    t.same(sorted(await ask({ containers: [name] })), sorted(own), name);
  }
  const [row] = await ask({ metrics: ['memory_events_*', 'containers.pids_current'] });
  const labels = ['time', 'tick', 'node', 'container_id'];
  for (const name of [...labels, 'memory_events_oom_kill', 'pids_current']) t.ok(name in row!, name);
  t.notOk('memory_current_bytes' in row!);
});

t.test('what is too much is cut in order of time, and that is said', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'churn');
  const tables = ['containers', 'processes'];
  const all = (await Promise.all(tables.map(async (table) => recordedRows(data, table)))).flat();
  const times = all.map(usec).toSorted(ascending);
  for (const maxRows of [1, 2, 100, all.length - 1, all.length]) {
    const directory = join(t.testdirName, `cut-${maxRows}`);
    const report = await exported([data], directory, { tables, maxRows });
    const rows = (await Promise.all(tables.map(async (table) => rowsIn(join(directory, `${table}.parquet`))))).flat();
    t.same(rows.map(usec).toSorted(ascending), times.slice(0, maxRows), `the first ${maxRows}`);
    const cut = maxRows < all.length ? { max_rows: maxRows, rows_found: all.length } : null;
    t.match(report.cut, cut);
    t.match(described(join(directory, 'processes.parquet')).cut, cut);
  }
  const long = join(t.testdirName, 'long.parquet');
  const report = await exported([data], long, { layout: 'long', maxRows: 1234 });
  t.equal((await rowsIn(long)).length, 1234);
  t.match(report, { rows: 1234, cut: { max_rows: 1234 } });
});

t.test('csv has what describes it beside it', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'v2');
  const file = join(t.testdirName, 'out.csv');
  const report = await exported([data], file, { format: 'csv', metrics: ['memory_current_bytes'] });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const rows = await recordedRows(data, 'containers');
  t.equal(lines.length, rows.length + 1);
  t.match(lines[0], /^time,tick,node,.*,memory_current_bytes$/);
  let queried = '';
  const sql = 'SELECT time, memory_current_bytes FROM containers';
  await runQuery({ directories: [data], sql, openWindows: true }, (result) =>
    writeCsv(result, async (text) => void (queried += text)),
  );
  const ends = lines.map((line) => `${line.split(',')[0]},${line.split(',').at(-1)}`);
  t.same(ends.toSorted(), queried.trimEnd().split('\n').toSorted(), 'to the microsecond');
  t.match(JSON.parse(readFileSync(`${file}.json`, 'utf8')), {
    rows: rows.length,
    query: { metrics: ['memory_current_bytes'] },
  });
  t.equal(report.bytes, readFileSync(file).length);
});

t.test('several directories', async (t) => {
  t.testdir({});
  const directories = [await replayed(t, 'v1', 'a'), await replayed(t, 'v2', 'b')];
  const file = join(t.testdirName, 'both.parquet');
  const report = await exported(directories, file);
  const rows = (await Promise.all(directories.map(async (each) => recordedRows(each, 'containers')))).flat();
  t.equal(report.rows, rows.length);
  t.same((await rowsIn(file)).map(usec).toSorted(ascending), rows.map(usec).toSorted(ascending));
});

t.test('what fails leaves nothing behind', async (t) => {
  t.testdir({});
  const data = await replayed(t, 'v2');
  const file = join(t.testdirName, 'none.parquet');
  await t.rejects(exported([data], file, { to: '2020-01-01' }), {
    name: 'CommandFailure',
    message: /^no rows in this range; containers has rows from 2026-\S+Z to 2026-\S+Z$/,
  });
  await t.rejects(exported([data], file, { namespace: 'none' }), { message: /^no rows of what --containers/ });
  await t.rejects(exported([data], join(t.testdirName, 'new'), { to: '2020-01-01', tables: ['node', 'containers'] }));
  t.notOk(existsSync(file));
  t.same(readdirSync(t.testdirName), ['data']);
});
