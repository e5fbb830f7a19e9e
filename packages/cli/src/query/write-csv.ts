import type { DuckDBValue } from '@duckdb/node-api';
import { cellText } from './cell.ts';
import type { QueryResult, Write } from './result.ts';

/** Null is nothing between two commas, the empty text is "": they can be told apart. */
function field(value: DuckDBValue): string {
  if (value === null) return '';
  const text = cellText(value);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with LF at its end. */
export function csvLine(values: readonly DuckDBValue[]): string {
  return `${values.map(field).join(',')}\n`;
}

/** With a header line. */
export async function writeCsv(result: QueryResult, write: Write): Promise<void> {
  await write(csvLine(result.columns));
  for await (const rows of result.batches) await write(rows.map(csvLine).join(''));
}
