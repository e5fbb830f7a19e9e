/** Whatever comes in whatever order, each value is found again where it belongs, by two readers that are not ours. */
import * as path from 'node:path';
import { blockColumns, fileColumns, makeLayout, SAMPLED_TABLES, type SampledTable } from '@fgm/catalog';
import { DuckDBInstance } from '@duckdb/node-api';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { entityOf, hexId, LAYOUTS, parquetFiles, processOf, readRows, Rig, type Row, START_TICK } from './fixture.ts';

const ENTITIES = 5;
const PROCESSES = 4;
const METRICS: Readonly<Record<SampledTable, readonly string[]>> = {
  containers: ['memory_current_bytes', 'cpu_usage_millicores', 'cpu_stat_usage_usec', 'process_count'],
  processes: ['ppid', 'state', 'cpu_percent', 'stat_utime_usec', 'memory_method'],
  mappings: ['region_count'],
  devices: [],
  interfaces: [],
  node: [],
  bursts: [],
};

const OF_PROCESSES: ReadonlySet<SampledTable> = new Set(['processes', 'mappings']);
/** The tables whose rows have a name. */
const NAMED: Readonly<Partial<Record<SampledTable, string>>> = {
  mappings: 'mapping',
  devices: 'device',
  interfaces: 'interface',
};

const integer = fc.oneof(fc.constantFrom(0, -1, 1, 2 ** 53, -(2 ** 53), 2 ** 31, 2 ** 32 - 1), fc.maxSafeInteger());
const double = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, Infinity, 5e-324));

function valueOf(table: SampledTable, name: string): fc.Arbitrary<number | null> {
  const { type, values } = LAYOUTS[table].columns.find((column) => column.name === name)!;
  const some = type === 'double' ? double : type === 'enum' ? fc.nat(values!.length - 1) : integer;
  return fc.option(some, { nil: null, freq: 3 });
}

function rowOf(table: SampledTable): fc.Arbitrary<Row> {
  const metrics = Object.fromEntries(METRICS[table].map((name) => [name, valueOf(table, name)]));
  return fc.record({ which: fc.nat(ENTITIES * PROCESSES - 1), late: fc.nat(999), ...metrics }) as fc.Arbitrary<Row>;
}

/** Rows of one slot, no two of the same thing. */
const slot = fc.constantFrom(...SAMPLED_TABLES).chain((table) =>
  fc.record({
    table: fc.constant(table),
    shard: fc.nat(1),
    rows: fc.uniqueArray(rowOf(table), { maxLength: 6, selector: (row) => row['which'] }),
  }),
);
const recording = fc.record({
  ticks: fc.array(fc.array(slot, { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
  rotationMs: fc.constantFrom(2000, 5000, 60_000),
});

interface Expected extends Record<string, unknown> {
  readonly tick: number;
}

/** What a row of the model is in the file. */
function expected(table: SampledTable, tick: number, row: Row): Expected {
  const entity = ((row['which'] ?? 0) % ENTITIES) + 1;
  const number = (row['which'] ?? 0) + 1;
  const columns = new Map(LAYOUTS[table].columns.map((column) => [column.name, column]));
  const metrics = METRICS[table].map((name) => {
    const value = row[name] ?? null;
    return [name, value === null ? null : (columns.get(name)?.values?.[value] ?? value)];
  });
  const process = processOf(number);
  return {
    time: tick * 1e6 + (row['late'] ?? 0),
    tick,
    container_id: table === 'node' ? null : hexId(entity),
    pod: table === 'node' ? null : `pod-${entity}`,
    ...(!OF_PROCESSES.has(table) ? {} : { pid: number, start_time: 5, comm: process.comm, cmdline: process.cmdline }),
    ...(NAMED[table] === undefined ? {} : { [NAMED[table]]: `[map-${number % 3}]` }),
    ...Object.fromEntries(metrics),
  };
}

function refs(table: SampledTable, row: Row): Row {
  const number = (row['which'] ?? 0) + 1;
  const { which: _, late, ...metrics } = row;
  void late;
  const process = OF_PROCESSES.has(table) ? { process: number, pid: number, start_time: 5 } : {};
  const name = NAMED[table] === undefined ? {} : { [NAMED[table]]: (number % 3) + 1 };
  const entity = table === 'node' ? {} : { entity: ((row['which'] ?? 0) % ENTITIES) + 1 };
  return { ...entity, ...process, ...name, ...metrics };
}

function key(row: Record<string, unknown>): string {
  return JSON.stringify([row['container_id'], row['pid'] ?? 0, nameOf(row), row['time']]);
}

function nameOf(row: Record<string, unknown>): unknown {
  return row['mapping'] ?? row['device'] ?? row['interface'] ?? '';
}

t.test('what is recorded is what is read', async (t) => {
  // Kept by a name: a connection does not keep its instance, which would be collected under it.
  const instance = await DuckDBInstance.create(':memory:');
  const duckdb = await instance.connect();
  let runs = 0;
  await holds(
    t,
    fc.asyncProperty(recording, async ({ ticks, rotationMs }) => {
      const directory = path.join(t.testdir({}), String(runs++));
      const rig = new Rig(directory, { rotationMs }, 2);
      for (let entity = 1; entity <= ENTITIES; entity++) rig.send({ type: 'entity', entity: entityOf(entity) });
      rig.send({ type: 'names', list: [1, 2, 3].map((number) => ({ number, name: `[map-${number - 1}]` })) });
      const model = Object.fromEntries(SAMPLED_TABLES.map((table) => [table, []])) as unknown as Record<
        SampledTable,
        Expected[]
      >;
      for (const [index, slots] of ticks.entries()) {
        const tick = START_TICK + index;
        rig.now = tick * 1000;
        for (const { table, shard, rows } of slots) {
          const timed = rows.map((row) => ({ ...refs(table, row), time: tick * 1e6 + (row['late'] ?? 0) }));
          // As a sampler does: a process that was away for a window comes back as a new one.
          rig.send({ type: 'processes', list: rows.map((row) => processOf((row['which'] ?? 0) + 1)) });
          rig.publish(table, tick, timed, shard);
          model[table].push(...rows.map((row) => expected(table, tick, row)));
        }
        for (const shard of [0, 1]) rig.endTick(tick, shard);
        rig.settle();
      }
      rig.stop();
      for (const table of SAMPLED_TABLES) await compare(directory, table, model[table]);
    }),
    3000,
  );
  duckdb.closeSync();
  instance.closeSync();

  async function compare(directory: string, table: SampledTable, wanted: readonly Expected[]): Promise<void> {
    const files = parquetFiles(directory, table);
    const perFile = await Promise.all(files.map(readRows));
    const found = perFile.flat();
    for (const rows of perFile) {
      const keys = rows.map((row) => [row['container_id'], row['pid'] ?? 0, nameOf(row), row['time']]);
      const sorted = keys.toSorted((a, b) => a.map((value, at) => order(value, b[at])).find((sign) => sign !== 0) ?? 0);
      if (JSON.stringify(keys) !== JSON.stringify(sorted)) throw new Error(`${table} is not sorted`);
      const names = fileColumns(table).map(({ name }) => name);
      if (rows.length > 0 && JSON.stringify(Object.keys(rows[0]!)) !== JSON.stringify(names))
        throw new Error('columns');
    }
    const pick = (row: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(Object.keys(wanted[0]!).map((name) => [name, row[name]]));
    same(found.map(pick), wanted);
    if (wanted.length === 0) return;
    const names = Object.keys(wanted[0]!).map((name) => (name === 'time' ? 'epoch_us(time) AS time' : name));
    const list = files.map((file) => `'${file}'`).join(', ');
    const result = await duckdb.runAndReadAll(`SELECT ${names.join(', ')} FROM read_parquet([${list}])`);
    const rows = result.getRowObjects().map((row) => {
      return Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      );
    });
    same(rows, wanted);
  }
});

function order(a: unknown, b: unknown): number {
  return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
}

/** Compares as sets of rows; Object.is, so that -0 and 0 differ. */
function same(found: readonly Record<string, unknown>[], wanted: readonly Record<string, unknown>[]): void {
  const byKey = (rows: readonly Record<string, unknown>[]): Record<string, unknown>[] => {
    return rows.toSorted((a, b) => order(key(a) + show(a), key(b) + show(b)));
  };
  const [left, right] = [byKey(found), byKey(wanted)];
  if (left.length !== right.length) throw new Error(`${left.length} rows found, ${right.length} wanted`);
  for (const [index, row] of right.entries()) {
    for (const [name, value] of Object.entries(row)) {
      if (!Object.is(left[index]![name], value)) {
        throw new Error(`${name} of ${show(row)}: found ${String(left[index]![name])}, wanted ${String(value)}`);
      }
    }
  }
}

function show(row: Record<string, unknown>): string {
  return JSON.stringify(
    Object.entries(row)
      .toSorted(([a], [b]) => order(a, b))
      .map(([name, value]) => `${name}=${Object.is(value, -0) ? '-0' : String(value)}`),
  );
}

t.test('the blocks of the fixture are those of the catalog', (t) => {
  for (const table of SAMPLED_TABLES) t.same(LAYOUTS[table], makeLayout(table, blockColumns(table), 64));
  t.end();
});
