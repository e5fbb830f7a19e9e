import { existsSync } from 'node:fs';
import { readFooter } from '@fgm/store';
import { messageOf } from '../failure.ts';

/** Fields of a SchemaElement in parquet.thrift. */
const TYPE = 1;
const NAME = 4;

/** Names and types, as a text to compare. Null for a file that cannot be read. @throws when it is gone */
function columnsOf(path: string): string | null {
  try {
    const { elements } = readFooter(path);
    return JSON.stringify(elements.map((element) => [element.get(NAME)?.value, element.get(TYPE)?.value]));
  } catch (error) {
    // Deleted since it was listed: its rows may now be in a consolidated file, so the list has to be made anew.
    if (!existsSync(path)) throw error;
    process.stderr.write(`fgm: left out: ${path}: ${messageOf(error)}; fgm validate says more\n`);
    return null;
  }
}

/**
 * Groups files by their columns; those that cannot be read are left out, which is said on stderr. Files of a run all have the same, so groups are few. DuckDB can bring differing columns
 * together itself, but for that it keeps a megabyte of footer per file, as long as the query runs.
 *
 * @throws the error of open(2) when a file is gone since it was listed
 */
export function groupByColumns(paths: readonly string[]): string[][] {
  const groups = Map.groupBy(paths, columnsOf);
  groups.delete(null);
  return [...groups.values()];
}
