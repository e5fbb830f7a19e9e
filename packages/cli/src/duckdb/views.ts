import { fileColumns, TABLES } from '@fgm/catalog';
import type { Column, ColumnType, TableName } from '@fgm/catalog';
import { identifier, literals } from './sql-text.ts';

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  int64: 'BIGINT',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  enum: 'VARCHAR',
  utf8: 'VARCHAR',
  ref: 'BIGINT',
};

/** The type that DuckDB gives a column of a file. */
export function sqlType(column: Column): string {
  return SQL_TYPES[column.type];
}

function isTableName(name: string): name is TableName {
  return TABLES.some((table) => table === name);
}

/**
 * Files of one table as one relation. Columns that only some files have are null in the others.
 *
 * @param groups files that have the same columns, in each group at least one
 */
export function readFiles(groups: readonly (readonly string[])[]): string {
  const parts = groups.map((files) => `SELECT * FROM read_parquet(${literals(files)}, hive_partitioning = false)`);
  return `(${parts.join(' UNION ALL BY NAME ')})`;
}

/**
 * The view that stands for a table: its files, or with none of them nothing, in the catalog's columns, so that a query over
 * a table that has no rows yet is an empty result and not an error.
 */
export function createView(table: string, groups: readonly (readonly string[])[]): string {
  const name = identifier(table);
  if (groups.length > 0) return `CREATE VIEW ${name} AS SELECT * FROM ${readFiles(groups)}`;
  const columns = isTableName(table) ? fileColumns(table) : [];
  const nulls = columns.map((column) => `CAST(NULL AS ${sqlType(column)}) AS ${identifier(column.name)}`);
  return `CREATE VIEW ${name} AS SELECT ${nulls.join(', ')} WHERE false`;
}
