import { readFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { EXIT, UsageError } from '../failure.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

const FORMATS = ['table', 'csv', 'json'] as const;

interface QueryOptions {
  readonly format?: (typeof FORMATS)[number];
  readonly closed?: true;
}

const EXAMPLES = `
Tables: containers, processes, mappings, devices, interfaces, node, bursts, events. Columns: docs/metrics.md, or DESCRIBE containers.

Examples:
  fgm query data "SELECT container, max(memory_current_bytes) FROM containers GROUP BY container"
  fgm query data --format csv "SELECT * FROM events ORDER BY time" > events.csv
  fgm query node-a node-b "SELECT node, count(DISTINCT container_id) FROM containers GROUP BY node"`;

export const registerQuery: Register = (program, terminal, done) => {
  program
    .command('query')
    .summary('run SQL over recordings')
    .description(
      'Runs SQL (of DuckDB) over one or more data directories, the window that is being recorded included. Reads only.',
    )
    .usage('[options] DIR… SQL')
    .addArgument(
      new Argument('<dir-and-sql...>', 'data directories, and last the query; - reads it from standard input'),
    )
    .addOption(
      new Option('--format <format>', 'how to print the result; table on a terminal, else csv').choices(FORMATS),
    )
    .option('--closed', 'leave out windows that are still being recorded')
    .addHelpText('after', EXAMPLES)
    .action(async (words: readonly string[], options: QueryOptions) => done(await query(words, options, terminal)));
};

async function query(words: readonly string[], options: QueryOptions, { stdout, env }: Terminal): Promise<number> {
  if (words.length < 2)
    throw new UsageError('query: wanted DIR… and then SQL, such as: fgm query data "SELECT * FROM events"');
  const directories = words.slice(0, -1);
  const sql = words.at(-1) === '-' ? readFileSync(0, 'utf8') : words.at(-1)!;
  const { runQuery } = await import('../query/run-query.ts');
  const { writerTo } = await import('../query/result.ts');
  const write = writerTo(stdout);
  await runQuery({ directories, sql, openWindows: !options.closed }, async (result) => {
    switch (options.format ?? (stdout.isTTY ? 'table' : 'csv')) {
      case 'csv':
        return (await import('../query/write-csv.ts')).writeCsv(result, write);
      case 'json':
        return (await import('../query/write-json.ts')).writeJson(result, write);
      case 'table': {
        const { writeTable } = await import('../query/write-table.ts');
        return writeTable(result, write, stdout.isTTY ? stdout.columns : undefined, styleFor(stdout, env));
      }
    }
  });
  return EXIT.ok;
}
