import { cellJson } from './cell.ts';
import type { QueryResult, Write } from './result.ts';

/** An array with one object a line. */
export async function writeJson(result: QueryResult, write: Write): Promise<void> {
  const names = result.columns.map((name) => JSON.stringify(name));
  let separator = '[';
  for await (const rows of result.batches) {
    const lines = rows.map((row) => {
      const line = `${separator}\n{${row.map((value, index) => `${names[index]}:${cellJson(value)}`).join(',')}}`;
      separator = ',';
      return line;
    });
    await write(lines.join(''));
  }
  await write(separator === '[' ? '[]\n' : '\n]\n');
}
