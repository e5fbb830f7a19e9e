import { fileColumns, TABLES } from '@fgm/catalog';
import type { Column, TableName } from '@fgm/catalog';

/** The columns that the catalog gives a table; none for one that it does not know. */
export function catalogColumns(table: string): readonly Column[] {
  return TABLES.some((name) => name === table) ? fileColumns(table as TableName) : [];
}
