import { existsSync } from 'node:fs';
import { readFooter } from '@fgm/store';
import { messageOf } from '../failure.ts';

/** Fields of a SchemaElement in parquet.thrift. */
const TYPE = 1;
const NAME = 4;

/** Names and types, as a text to compare. Null for a file that cannot be read. */
function columnsOf(path: string): string | null {
  try {
    const { elements } = readFooter(path);
    return JSON.stringify(elements.map((element) => [element.get(NAME)?.value, element.get(TYPE)?.value]));
  } catch (error) {
    // Retention may have deleted it since it was listed: that is no damage.
    if (existsSync(path)) process.stderr.write(`fgm: left out: ${path}: ${messageOf(error)}; fgm validate says more\n`);
    return null;
  }
}

/**
 * Groups files by their columns; those that cannot be read are left out, which is said on stderr. Files of a run all have the same, so groups are few. DuckDB can bring differing columns
 * together itself, but for that it keeps a megabyte of footer per file, as long as the query runs.
 */
export function groupByColumns(paths: readonly string[]): string[][] {
  const groups = Map.groupBy(paths, columnsOf);
  groups.delete(null);
  return [...groups.values()];
}
