import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBExtractedStatements, DuckDBPreparedStatement } from '@duckdb/node-api';
import { CommandFailure } from '../failure.ts';

/**
 * What may run: reading, and views, tables, types and macros in memory (PIVOT makes a type first). COPY and EXPORT write
 * files, and DuckDB lets them overwrite those that it is allowed to read.
 */
const ALLOWED: ReadonlySet<StatementType> = new Set([StatementType.SELECT, StatementType.CREATE]);

const EXPLAIN = /^\s*EXPLAIN\b(?:\s+ANALYZE\b)?(?:\s*\([^)]*\))?(.*)$/is;

/** White space, comments and semicolons: what is left of a text without them is a statement. */
const NOTHING = /\s+|;|--[^\n]*|\/\*.*?\*\//gs;

function refuse(): never {
  throw new CommandFailure(
    'only statements that read are allowed: SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, EXPLAIN of these, and CREATE of temporary views, tables or macros',
  );
}

/** EXPLAIN ANALYZE runs what it explains, so that must be allowed by itself. */
async function checkExplained(connection: DuckDBConnection, sql: string): Promise<void> {
  const explained = EXPLAIN.exec(sql)?.[1];
  if (explained === undefined) refuse();
  const statements = await connection.extractStatements(explained);
  const statement = await statements.prepare(0);
  if (statements.count !== 1 || statement.statementType !== StatementType.SELECT) refuse();
}

/** The next statement of a text, once it is known to read only. */
async function checked(
  connection: DuckDBConnection,
  sql: string,
  statements: DuckDBExtractedStatements,
  index: number,
): Promise<DuckDBPreparedStatement> {
  const statement = await statements.prepare(index);
  if (statement.statementType === StatementType.EXPLAIN && statements.count === 1)
    await checkExplained(connection, sql);
  else if (!ALLOWED.has(statement.statementType)) refuse();
  return statement;
}

/** One query has one result: a second one would be lost, or stand behind the first without a border in CSV and JSON. */
function refuseRows(index: number, count: number): never {
  throw new CommandFailure(
    `only the last statement may give rows, and the ${ordinal(index)} of ${count} does too: run them one at a time`,
  );
}

function ordinal(index: number): string {
  return ['first', 'second', 'third'][index] ?? `${index + 1}th`;
}

/**
 * Runs all statements but the last, which give no rows, and gives the last one to be run.
 *
 * @throws CommandFailure for a statement that does more than read, or gives rows and is not the last; DuckDB's error for one
 *   that it does not take
 */
export async function lastStatement(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  if (sql.replaceAll(NOTHING, '') === '') throw new CommandFailure('the query is empty');
  const statements = await connection.extractStatements(sql);
  // Later statements may need what earlier ones make, so each is prepared only when its turn comes.
  for (let index = 0; index < statements.count - 1; index++) {
    const statement = await checked(connection, sql, statements, index);
    if (statement.statementType !== StatementType.CREATE) refuseRows(index, statements.count);
    await statement.run();
  }
  return checked(connection, sql, statements, statements.count - 1);
}
