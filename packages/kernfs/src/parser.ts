import { indexOf, type Columns, type Layout, type Status } from '@fgm/catalog';

/**
 * Turns the content of one kernel file into one row's values. A parser owns the columns of its file: they are absent unless
 * this very text gives them a value, so a key that the kernel no longer prints does not keep its last value.
 *
 * - `length` 0 makes all of them absent and gives ABSENT.
 * - Keys without a column are ignored.
 * - Text that does not follow the file's format, or that was cut (no line feed at its end), makes all of them absent and
 *   gives MALFORMED + offset. A text cut exactly between two lines cannot be told from a shorter file: what is missing is absent.
 * - A value above 2^53 is absent and gives OVERFLOW.
 */
export type Parser = (bytes: Uint8Array, length: number, columns: Columns, row: number) => Status;

/** A key of a kernel file, the column it fills, and how its number becomes the column's value. */
export interface Field {
  readonly key: string;
  readonly column: number;
  /** Factor that turns the kernel's unit into the column's; 1 unless given. */
  readonly multiply?: number;
  /** Last decimal digits to leave out, before the factor is applied; 0 unless given. */
  readonly drop?: number;
}

/** The fields of all columns of a layout that come from this kernel file. */
export function fieldsOf(layout: Layout, source: string, multiply = 1): Field[] {
  const fields: Field[] = [];
  for (const [column, { source: from, key }] of layout.columns.entries()) {
    if (from === source && key !== undefined) fields.push({ key, column, multiply });
  }
  return fields;
}

/** What of these fields has a column in the layout. For files whose columns are named after another file. */
export function fieldsNamed(
  layout: Layout,
  names: readonly (Omit<Field, 'column'> & { readonly name: string })[],
): Field[] {
  return names
    .map(({ name, ...field }) => ({ ...field, column: indexOf(layout, name) }))
    .filter(({ column }) => column >= 0);
}
