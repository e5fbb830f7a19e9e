import { statSync } from 'node:fs';
import { CommandFailure, errorCode, EXIT } from '../failure.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

export const registerInspect: Register = (program, terminal, done) => {
  program
    .command('inspect')
    .summary('say what is in a recording')
    .description(
      'Says what is in a Parquet file (rows, sizes, metadata, columns) or in a data directory (tables, times, containers).',
    )
    .argument('<path>', 'a Parquet file or a data directory')
    .option('--json', 'print it as JSON')
    .action(async (path: string, options: { json?: true }) =>
      done(await inspect(path, options.json ?? false, terminal)),
    );
};

function statOf(path: string): { readonly directory: boolean; readonly bytes: number } {
  try {
    const stat = statSync(path);
    return { directory: stat.isDirectory(), bytes: stat.size };
  } catch (cause) {
    throw new CommandFailure(`${path}: cannot be opened (${errorCode(cause)}); wanted a file or a data directory`, {
      cause,
    });
  }
}

async function inspect(path: string, json: boolean, { stdout, env }: Terminal): Promise<number> {
  const { directory, bytes } = statOf(path);
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
