import type { Test } from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { resultOf } from '../../src/query/result.ts';
import type { QueryResult, Write } from '../../src/query/result.ts';

/** What a writer makes of the result of a query. */
export async function written(
  t: Test,
  sql: string,
  writer: (result: QueryResult, write: Write) => Promise<void>,
): Promise<string> {
  const database = await Database.open();
  t.teardown(() => database.close());
  let output = '';
  await writer(resultOf(await database.connection.stream(sql)), async (text) => void (output += text));
  return output;
}
