import { type Column, fileColumns, type TableName, TABLES } from '@fgm/catalog';
import { typeOf } from '../read/source-columns.ts';
import type { SourceFile } from '../read/source-file.ts';

/** The columns of several files by name: those of the catalog in its order, then others as they first appear. */
export function unionOf(table: string, sources: readonly Pick<SourceFile, 'columns'>[]): Column[] {
  const columns = new Map<string, Column>();
  // What the newest file says of a column is what holds.
  for (const { columns: some } of sources) for (const column of some) columns.set(column.name, column);
  const known = TABLES.some((name) => name === table) ? fileColumns(table as TableName) : [];
  const first = known.flatMap(({ name }) => columns.get(name) ?? []);
  return [...new Set([...first, ...columns.values()])];
}

/** A column that is of another type, or unit, than in `columns`; null when there is none. */
export function conflict(columns: ReadonlyMap<string, Column>, of: readonly Column[]): string | null {
  for (const column of of) {
    const other = columns.get(column.name);
    if (other !== undefined && typeOf(other) !== typeOf(column)) {
      return `column ${column.name} is ${typeOf(column)}, in files before it ${typeOf(other)}`;
    }
  }
  return null;
}
