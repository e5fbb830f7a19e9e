import { readFooter } from '@fgm/store';

/** Fields of a SchemaElement in parquet.thrift. */
const TYPE = 1;
const NAME = 4;

/** Names and types, as a text to compare. Null for a file that cannot be read: whoever opens it next says why. */
function columnsOf(path: string): string | null {
  try {
    const { elements } = readFooter(path);
    return JSON.stringify(elements.map((element) => [element.get(NAME)?.value, element.get(TYPE)?.value]));
  } catch {
    return null;
  }
}

/**
 * Groups files by their columns. Files of a run all have the same, so groups are few. DuckDB can bring differing columns
 * together itself, but for that it keeps a megabyte of footer per file, as long as the query runs.
 */
export function groupByColumns(paths: readonly string[]): string[][] {
  return [...Map.groupBy(paths, columnsOf).values()];
}
