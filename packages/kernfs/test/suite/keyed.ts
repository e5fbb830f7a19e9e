import { blockColumns, type Column, type SampledTable } from '@fgm/catalog';
import fc from 'fast-check';
import { decimal } from './mutations.ts';
import type { TwinField } from './twins.ts';

/** The fields of a kernel file, out of the catalog. */
export function twinFields(table: SampledTable, source: string, multiply = 1): TwinField[] {
  return fieldsIn(blockColumns(table), source, multiply);
}

/** The fields of a kernel file among these columns. */
export function fieldsIn(columns: readonly Column[], source: string, multiply = 1): TwinField[] {
  return columns.flatMap(({ name, key, source: from }) =>
    from === source && key !== undefined ? [{ key, name, multiply }] : [],
  );
}

/** Lines of `key`, separator, number and suffix: of known keys in any order, and a few that nobody knows. */
export function keyedLines(
  fields: readonly TwinField[],
  separator: string,
  suffix: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const known = fields.map(({ key }) => key);
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom('a', 'unknown_key', `${known[0]}x`, known[0]!.slice(0, -1), 'Zz') },
  );
  const line = fc.tuple(key, decimal, suffix).map(([name, number, end]) => `${name}${separator}${number}${end}\n`);
  return fc.array(line, { maxLength: 12 }).map((lines) => lines.join(''));
}
