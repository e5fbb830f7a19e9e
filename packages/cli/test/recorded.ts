import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listClosedFiles, readFooter } from '@fgm/store';
import { FakeTree } from '@fgm/testkit';
import type { Test } from 'tap';
import { Database } from '../src/duckdb/database.ts';
import { identifier, literal } from '../src/duckdb/sql-text.ts';
import { fgm } from './fgm-process.ts';

/** Records a small machine of plain files for a second, in ticks of 100 ms, and gives the data directory. */
export async function recorded(t: Test): Promise<string> {
  const root = t.testdir({});
  const directory = join(root, 'data');
  const tree = new FakeTree(join(root, 'machine'), { containers: 3, processes: 2 });
  const machine = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', root];
  const pace = ['--interval', '100ms', '--listen', 'off', '--identifier', 'box'];
  // On a machine with too much to do a second may be over before the first tick.
  for (const duration of ['1s', '10s']) {
    rmSync(directory, { recursive: true, force: true });
    const args = ['monitor', '--output-dir', directory, ...machine, ...pace, '--duration', duration];
    const { code, stderr } = await fgm(t, args);
    if (code !== 0) throw new Error(`the recorder ended with ${code}: ${stderr}`);
    if (listClosedFiles(directory).some(({ table }) => table === 'containers')) break;
  }
  return directory;
}

/** The closed file of a table. */
export function fileOf(directory: string, table: string): string {
  const file = listClosedFiles(directory).find((each) => each.table === table);
  if (!file) throw new Error(`no file of ${table} in ${directory}`);
  return file.path;
}

/**
 * Writes a file anew with what a query over it gives, keeping its footer's metadata.
 *
 * @param sql over the relation `source`, whose rows have their number in `file_row_number`
 */
export async function rewrite(
  path: string,
  sql: string,
  metadata: Readonly<Record<string, string | undefined>> = {},
  target: string = path,
): Promise<void> {
  const before = Object.fromEntries(readFooter(path).metadata);
  const pairs = Object.entries({ ...before, ...metadata }).filter(([, value]) => value !== undefined);
  const kv = pairs.map(([key, value]) => `${identifier(key)}: ${literal(value!)}`).join(', ');
  const database = await Database.open();
  try {
    await database.connection.run(
      `CREATE TABLE source AS SELECT * FROM read_parquet(${literal(path)}, file_row_number = true, hive_partitioning = false)`,
    );
    await database.connection.run(`CREATE TABLE made AS ${sql}`);
    await database.connection.run('ALTER TABLE made DROP COLUMN IF EXISTS file_row_number');
    rmSync(target, { force: true });
    await database.connection.run(
      `COPY made TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${kv}})`,
    );
  } finally {
    database.close();
  }
}
