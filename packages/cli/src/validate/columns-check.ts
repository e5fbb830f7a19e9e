import type { Column } from '@fgm/catalog';
import type { Database } from '../duckdb/database.ts';
import { messageOf } from '../failure.ts';
import { literals } from '../duckdb/sql-text.ts';
import { sqlType } from '../duckdb/views.ts';
import { catalogColumns } from './catalog-columns.ts';
import type { FileFacts } from './file-facts.ts';
import { errorsOf } from './finding.ts';
import type { Finding } from './finding.ts';

/** Only metrics of the machine's own kernel may stand behind the catalog's columns. */
const EXTRA_TYPES = new Set(['BIGINT', 'DOUBLE']);

/** The types that DuckDB reads from each file, by column. The root of the schema is an element without a type. */
async function typesOf(database: Database, files: readonly FileFacts[]): Promise<Map<string, Map<string, string>>> {
  const rows = await database.rows<{ file_name: string; name: string; duckdb_type: string | null }>(
    `SELECT file_name, name, duckdb_type FROM parquet_schema(${literals(files.map(({ file }) => file.path))}) WHERE type IS NOT NULL`,
  );
  const types = new Map<string, Map<string, string>>();
  for (const { file_name, name, duckdb_type } of rows) {
    const columns = types.get(file_name) ?? new Map<string, string>();
    types.set(file_name, columns.set(name, duckdb_type ?? 'unknown'));
  }
  return types;
}

function typeProblems(wanted: readonly Column[], types: ReadonlyMap<string, string>): string[] {
  // A table of another writer is not ours to judge.
  if (wanted.length === 0) return [];
  const named = new Set(wanted.map(({ name }) => name));
  return [
    ...wanted.flatMap((column) => {
      const type = types.get(column.name);
      if (type === undefined) return [`has no column ${column.name}`];
      return type === sqlType(column) ? [] : [`column ${column.name} is ${type}; wanted ${sqlType(column)}`];
    }),
    ...[...types].flatMap(([name, type]) => {
      if (named.has(name) || EXTRA_TYPES.has(type)) return [];
      return [`column ${name} is not in the catalog and is ${type}; wanted a number`];
    }),
    ...orderProblems(wanted, [...types.keys()]),
  ];
}

/** The catalog's columns come first and in its order. A column that is missing has been reported already. */
function orderProblems(wanted: readonly Column[], found: readonly string[]): string[] {
  const present = wanted.map(({ name }) => name).filter((name) => found.includes(name));
  const at = present.findIndex((name, index) => found[index] !== name);
  return at < 0 ? [] : [`column ${at + 1} is ${found[at]}; wanted ${present[at]}`];
}

/** What DuckDB says of columns is a row each: few enough files at a time that it stays small. */
const FILES_AT_A_TIME = 64;

/** Checks which columns files have, in which order, and of what types. */
export async function checkColumns(database: Database, files: readonly FileFacts[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < files.length; at += FILES_AT_A_TIME) {
    findings.push(...(await checkSome(database, files.slice(at, at + FILES_AT_A_TIME))));
  }
  return findings;
}

/** One footer that DuckDB cannot read spoils the answer for all: then they are asked for one by one. */
async function checkSome(database: Database, some: readonly FileFacts[]): Promise<Finding[]> {
  let types: Map<string, Map<string, string>>;
  try {
    types = await typesOf(database, some);
  } catch (error) {
    const [only] = some;
    if (only && some.length === 1) {
      return errorsOf(only.file.path, 'columns', [`cannot be read: ${messageOf(error).split('\n')[0]}`]);
    }
    const findings: Finding[] = [];
    for (const each of some) findings.push(...(await checkSome(database, [each])));
    return findings;
  }
  return some.flatMap(({ file }) => {
    const found = types.get(file.path) ?? new Map<string, string>();
    return errorsOf(file.path, 'columns', typeProblems(catalogColumns(file.table), found));
  });
}
