import { Argument, Option } from 'commander';
import { CommandFailure, EXIT, messageOf } from '../failure.ts';
import { onSignals } from '../recording/signals.ts';
import { readVersion } from '../version.ts';
import type { Register, Terminal } from './command.ts';
import { addressOf, checkDirectory, checkToken } from './served.ts';

interface McpOptions {
  readonly listen?: string;
  readonly token?: string;
}

const EXAMPLE_LISTEN = '127.0.0.1:8060';
/** What a model can read of a result, and how long it waits for one. */
const SQL_LIMITS = { characters: 200_000, ms: 30_000 };

const EXAMPLES = `
The directories need not be there yet.

Examples:
  claude mcp add fgm -- fgm mcp data
  fgm mcp node-a node-b --listen ${EXAMPLE_LISTEN}`;

export const registerMcp: Register = (program, terminal, done) => {
  program
    .command('mcp')
    .summary('serve recordings to models')
    .description(
      'Answers questions of a model about one or more data directories, by the Model Context Protocol: over standard input and output, or over HTTP. Reads only.',
    )
    .usage('[options] DIR…')
    .addArgument(new Argument('<dir...>', 'data directories, one for each node'))
    .addOption(
      new Option(
        '--listen <address>',
        `serve HTTP at /mcp of this address, such as ${EXAMPLE_LISTEN}, instead of stdio`,
      ),
    )
    .addOption(
      new Option(
        '--token <text>',
        'what requests over HTTP must bring as Authorization: Bearer; better as a variable, as others see flags',
      ).env('FGM_TOKEN'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (directories: readonly string[], options: McpOptions) =>
      done(await mcp(directories, options, terminal)),
    );
};

async function mcp(
  directories: readonly string[],
  { listen, token }: McpOptions,
  { stdout }: Terminal,
): Promise<number> {
  const address = listen === undefined ? null : addressOf(listen, EXAMPLE_LISTEN);
  checkToken(token);
  for (const directory of directories) checkDirectory(directory);
  const { openServer, serveHttp, serveStdio } = await import('@fgm/mcp');
  const stop = new AbortController();
  const release = onSignals({
    stop: () => stop.abort(),
    force: () => process.exit(EXIT.failure),
    reread: () => undefined,
  });
  const server = await openServer({
    directories,
    version: readVersion(),
    // DuckDB is loaded when the first query comes: most models never ask one.
    runSql: async (sql, rows) =>
      (await import('../query/first-rows.ts')).firstRows(directories, sql, { ...SQL_LIMITS, rows }),
  });
  try {
    if (address === null) {
      await serveStdio(server, { input: process.stdin, output: stdout, signal: stop.signal });
    } else {
      const running = await serveHttp(server, { ...address, token: token ?? null }).catch((cause: unknown) => {
        throw new CommandFailure(messageOf(cause), { cause });
      });
      stdout.write(`${running.url}\n`);
      if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
      await running.close();
    }
    return EXIT.ok;
  } finally {
    await server.close();
    release();
  }
}
