import { fileColumns, TABLES } from '@fgm/catalog';
import type { Column, TableName } from '@fgm/catalog';
import { fieldMetadata } from '@fgm/store';
import type { Database } from '../duckdb/database.ts';
import { literals } from '../duckdb/sql-text.ts';
import { sqlType } from '../duckdb/views.ts';
import type { FileFacts } from './file-facts.ts';
import { errorsOf } from './finding.ts';
import type { Finding } from './finding.ts';

/** Only metrics of the machine's own kernel may stand behind the catalog's columns. */
const EXTRA_TYPES = new Set(['BIGINT', 'DOUBLE']);

function catalogColumns(table: string): readonly Column[] {
  return TABLES.some((name) => name === table) ? fileColumns(table as TableName) : [];
}

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
  const named = new Set(wanted.map(({ name }) => name));
  return [
    ...wanted.flatMap((column) => {
      const type = types.get(column.name);
      if (type === undefined) return [`has no column ${column.name}`];
      return type === sqlType(column) ? [] : [`column ${column.name} is ${type}; wanted ${sqlType(column)}`];
    }),
    ...[...types].flatMap(([name, type]) =>
      named.has(name) || EXTRA_TYPES.has(type)
        ? []
        : [`column ${name} is not in the catalog and is ${type}; wanted a number`],
    ),
  ];
}

function metadataProblems(
  wanted: readonly Column[],
  found: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string[] {
  return wanted.flatMap(({ name, unit, kind, help, source }) => {
    const metadata = found.get(name);
    if (!metadata) return [`column ${name} has no metadata`];
    return Object.entries({ unit, kind, help, source }).flatMap(([key, value]) => {
      const text = metadata.get(key) ?? null;
      return text === value
        ? []
        : [`column ${name} has ${key} ${JSON.stringify(text)}; wanted ${JSON.stringify(value)}`];
    });
  });
}

/** Checks which columns files have, what they are, and what their metadata says of them. */
export async function checkColumns(database: Database, files: readonly FileFacts[]): Promise<Finding[]> {
  const types = await typesOf(database, files);
  const findings: Finding[] = [];
  for (const { file, footer } of files) {
    const wanted = catalogColumns(file.table);
    const found = types.get(file.path) ?? new Map<string, string>();
    findings.push(...errorsOf(file.path, 'columns', typeProblems(wanted, found)));
    findings.push(...errorsOf(file.path, 'column-metadata', metadataProblems(wanted, await fieldMetadata(footer))));
  }
  return findings;
}
