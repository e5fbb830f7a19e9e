import { fileColumns, TABLES } from '@fgm/catalog';
import type { Column, ColumnType, Kind, TableName, Unit } from '@fgm/catalog';
import { fieldMetadata, readFooter } from '@fgm/store';
import { groupByColumns } from '../dataset/same-columns.ts';
import type { Database } from '../duckdb/database.ts';
import { identifier } from '../duckdb/sql-text.ts';
import { createView } from '../duckdb/views.ts';

/** A column with values that change over time. */
export interface Metric {
  readonly name: string;
  readonly kind: Exclude<Kind, 'label'>;
  readonly integer: boolean;
}

/** A table as its files have it. */
export interface SourceTable {
  readonly name: string;
  /** Whether anything of it was recorded. */
  readonly recorded: boolean;
  /** All columns in the order of the files. */
  readonly columns: readonly string[];
  readonly metrics: readonly Metric[];
  /** What is known of all columns, in the order of the files. */
  readonly fields: readonly Column[];
}

type Facts = ReadonlyMap<string, string>;

/** What the files say of their columns. */
async function factsInFiles(groups: readonly (readonly string[])[]): Promise<Map<string, Facts>> {
  const found = new Map<string, Facts>();
  for (const [path] of groups) {
    for (const [column, facts] of await fieldMetadata(readFooter(path!))) found.set(column, facts);
  }
  return found;
}

function catalogColumns(table: string): Map<string, Column> {
  const name = TABLES.find((each): each is TableName => each === table);
  return new Map(name === undefined ? [] : fileColumns(name).map((column) => [column.name, column]));
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  BIGINT: 'int64',
  DOUBLE: 'double',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
};

/** A column that the catalog does not have, because only some kernels do, as its file describes it. */
function describedColumn(name: string, sqlType: string, facts: Facts = new Map()): Column {
  const key = facts.get('key');
  return {
    name,
    type: TYPES[sqlType] ?? 'utf8',
    kind: (facts.get('kind') ?? 'label') as Kind,
    unit: (facts.get('unit') ?? null) as Unit | null,
    help: facts.get('help') ?? '',
    source: facts.get('source') ?? '',
    ...(key === undefined ? {} : { key }),
  };
}

/** Makes the view of a table, and says what is in it. */
export async function openTable(database: Database, name: string, files: readonly string[]): Promise<SourceTable> {
  const groups = groupByColumns(files);
  await database.connection.run(createView(name, groups));
  const described = await database.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${identifier(name)}`);
  const [facts, known] = [await factsInFiles(groups), catalogColumns(name)];
  const fields = described.map(
    ({ column_name: column, column_type: type }) =>
      known.get(column) ?? describedColumn(column, type, facts.get(column)),
  );
  const metrics = described.flatMap(({ column_name: column, column_type: type }, at): Metric[] => {
    const { kind } = fields[at]!;
    if ((kind !== 'gauge' && kind !== 'counter') || (type !== 'BIGINT' && type !== 'DOUBLE')) return [];
    return [{ name: column, kind, integer: type === 'BIGINT' }];
  });
  return { name, recorded: groups.length > 0, columns: described.map((column) => column.column_name), metrics, fields };
}

/** The columns that say what a row is about, time included. */
export function labelsOf({ columns, metrics }: SourceTable): string[] {
  const values = new Set(metrics.map(({ name }) => name));
  return columns.filter((name) => !values.has(name));
}
