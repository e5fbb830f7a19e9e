import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { resolveSettings } from '@fgm/agent/config';
import { Argument } from 'commander';
import type { Command } from 'commander';
import { CommandFailure, EXIT, messageOf } from '../failure.ts';
import { onSignals } from '../recording/signals.ts';
import { readVersion } from '../version.ts';
import type { Register, Terminal } from './command.ts';
import { addSettings, flagsGiven } from '../recorder-options.ts';
import { VIEW_SETTINGS, type ViewConfig } from '../view/settings.ts';
import { checkDirectory, checkToken } from './served.ts';

const EXAMPLES = `
The directories need not be there yet: the page waits for the first rows.

Examples:
  fgm view data
  fgm view node-a node-b --listen 127.0.0.1:0
  curl -s "http://127.0.0.1:8050/api/v1/timeseries?metrics=memory_current_bytes&from=-15m&top=5"`;

export const registerView: Register = (program, terminal, done) => {
  const command = program
    .command('view')
    .summary('show recordings in a browser')
    .description(
      'Serves a page, and an HTTP API, that show one or more data directories, live and after the fact. Reads only.',
    )
    .usage('[options] DIR…')
    .addArgument(new Argument('<dir...>', 'data directories, one for each node'));
  addSettings(command, VIEW_SETTINGS)
    .addHelpText('after', EXAMPLES)
    .action(async (directories: readonly string[], _options: unknown, self: Command) => {
      const sources = { flags: flagsGiven(self), env: terminal.env, hostname: hostname() };
      const { config } = resolveSettings<ViewConfig>(VIEW_SETTINGS, sources);
      done(await view(directories, config, terminal));
    });
};

async function view(
  directories: readonly string[],
  { listen: { host, port }, token, dashboards, sqlMs, sqlMemoryBytes, exportMemoryBytes }: ViewConfig,
  { stdout }: Terminal,
): Promise<number> {
  checkToken(token ?? undefined);
  for (const directory of directories) checkDirectory(directory);
  if (dashboards !== null && statSync(dashboards, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CommandFailure(`--dashboards: ${dashboards} is not a directory`);
  }
  const [{ startViewer }, { exporterOf }] = await Promise.all([import('@fgm/viewer'), import('../export/exporter.ts')]);
  let ended: (code: number) => void = () => undefined;
  const end = new Promise<number>((resolve) => (ended = resolve));
  // Started beside a recorder, it ends with it.
  process.once('disconnect', () => ended(EXIT.ok));
  const release = onSignals({
    stop: () => ended(EXIT.ok),
    force: () => process.exit(EXIT.failure),
    reread: () => undefined,
  });
  try {
    const viewer = await startViewer({
      directories,
      host,
      port,
      token,
      version: readVersion(),
      dashboards,
      exporter: exporterOf([...process.execArgv, process.argv[1]!], exportMemoryBytes),
      sql:
        sqlMemoryBytes === null
          ? null
          : {
              program: fileURLToPath(import.meta.resolve('@fgm/cli/sql-process')),
              ms: sqlMs,
              memoryBytes: sqlMemoryBytes,
            },
    }).catch((cause: unknown) => {
      throw new CommandFailure(messageOf(cause), { cause });
    });
    stdout.write(`${viewer.url}\n`);
    const code = await end;
    await viewer.close();
    return code;
  } finally {
    release();
  }
}
