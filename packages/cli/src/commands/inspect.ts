import { InvalidArgumentError, Option } from 'commander';
import { statSync } from 'node:fs';
import { CommandFailure, errorCode, EXIT, UsageError } from '../failure.ts';
import { inspectFixture, looksLikeFixture, type FixtureFlags } from '../fixture/inspect-fixture.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

interface InspectFlags extends FixtureFlags {
  readonly json?: true;
}

function tick(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('wanted the number of a tick, from 0');
}

export const registerInspect: Register = (program, terminal, done) => {
  program
    .command('inspect')
    .summary('say what is in a recording')
    .description(
      'Says what is in a Parquet file (rows, sizes, metadata, columns), in a data directory (tables, times, containers), or in a fixture of fgm record (machine, settings, files at a tick).',
    )
    .argument('<path>', 'a Parquet file, a data directory, or a fixture')
    .addOption(new Option('--tick <number>', 'of a fixture: the files at a tick, counted from 0').argParser(tick))
    .option('--path <path>', 'with --tick: the text of one file, or what is below one directory')
    .option('--json', 'print it as JSON')
    .action(async (path: string, flags: InspectFlags) => done(await inspect(path, flags, terminal)));
};

function statOf(path: string): { readonly directory: boolean; readonly bytes: number } {
  try {
    const stat = statSync(path);
    return { directory: stat.isDirectory(), bytes: stat.size };
  } catch (cause) {
    throw new CommandFailure(
      `${path}: cannot be opened (${errorCode(cause)}); wanted a file, a data directory or a fixture`,
      {
        cause,
      },
    );
  }
}

async function inspect(path: string, flags: InspectFlags, terminal: Terminal): Promise<number> {
  const { stdout, env } = terminal;
  const { json = false } = flags;
  const { directory, bytes } = statOf(path);
  if (flags.path !== undefined && flags.tick === undefined) throw new UsageError('inspect: --path wants --tick');
  if (directory && looksLikeFixture(path)) {
    await inspectFixture(path, flags, json, terminal);
    return EXIT.ok;
  }
  if (flags.tick !== undefined) throw new UsageError(`inspect: --tick wants a fixture, which ${path} is not`);
  const { Database } = await import('../duckdb/database.ts');
  const { directoryLines, fileLines } = await import('../inspect/report.ts');
  const { summariseDirectory } = await import('../inspect/directory-summary.ts');
  const { summariseFile } = await import('../inspect/file-summary.ts');
  const style = styleFor(stdout, env);
  const database = await Database.open();
  try {
    if (directory) {
      const summary = await summariseDirectory(database, path);
      stdout.write(`${json ? JSON.stringify(summary, null, 2) : directoryLines(summary, style).join('\n')}\n`);
    } else {
      const summary = await summariseFile(database, path, bytes);
      stdout.write(`${json ? JSON.stringify(summary, null, 2) : fileLines(summary, style).join('\n')}\n`);
    }
    return EXIT.ok;
  } finally {
    database.close();
  }
}
