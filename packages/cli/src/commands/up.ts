import { hostname } from 'node:os';
import { parseAddress, resolveConfig, type Address } from '@fgm/agent/config';
import type { RecorderConfig, Sources } from '@fgm/agent/config';
import { Option, type Command } from 'commander';
import { UsageError } from '../failure.ts';
import { PageProcess } from '../live/page-process.ts';
import { addRecorderOptions, flagsGiven } from '../recorder-options.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

const DEFAULT_VIEW = '127.0.0.1:8050';

export const registerUp: Register = (program, terminal, done) => {
  const command = program
    .command('up')
    .summary('record this machine and show what it does')
    .description(
      'Records this machine, shows a live table of it on a terminal, and serves a page with all of it. Without a terminal it logs JSON lines to stderr.',
    )
    .addOption(
      new Option(
        '--view <address>',
        `where the page is served, or off; by default ${DEFAULT_VIEW}, or another port if that is taken`,
      ).env('FGM_VIEW'),
    );
  addRecorderOptions(command, 'up').action(async (_options: unknown, self: Command) => {
    const sources: Sources = { command: 'up', flags: flagsGiven(self), env: terminal.env, hostname: hostname() };
    const { config } = resolveConfig(sources);
    const page = pageAddress(self.getOptionValue('view') as string | undefined);
    done(await (terminal.stdout.isTTY ? upOnTerminal : upWithout)(config, sources, terminal, page));
  });
};

/** Where the page is to be, and where else it may be. */
interface PageAddress {
  readonly address: Address;
  readonly elsewhere: Address | null;
}

/** Null for no page. @throws UsageError */
function pageAddress(given: string | undefined): PageAddress | null {
  const text = given === undefined || given === '' ? DEFAULT_VIEW : given;
  const address = parseAddress(text);
  if (address === undefined) {
    throw new UsageError(
      `--view: ${JSON.stringify(text)} is not valid; wanted an address such as ${DEFAULT_VIEW}, or off`,
    );
  }
  if (address === null) return null;
  // Who names a port has it in mind.
  return { address, elsewhere: text === DEFAULT_VIEW ? { ...address, port: 0 } : null };
}

async function upWithout(
  config: RecorderConfig,
  sources: Sources,
  _terminal: Terminal,
  page: PageAddress | null,
): Promise<number> {
  const { createLog, logTo } = await import('../recording/log.ts');
  const { record } = await import('../recording/record.ts');
  const log = createLog(config.logLevel, logTo(2));
  const events = {
    listening: (url: string) => log.info({ url }, 'page'),
    failed: (reason: string) => log.warn({ reason }, 'no page'),
  };
  const viewer = page === null ? null : new PageProcess(config.outputDir, page.address, page.elsewhere, events);
  try {
    return await record(config, sources, { log });
  } finally {
    await viewer?.stop();
  }
}

async function upOnTerminal(
  config: RecorderConfig,
  sources: Sources,
  terminal: Terminal,
  page: PageAddress | null,
): Promise<number> {
  const { createLog, logTo } = await import('../recording/log.ts');
  const { record } = await import('../recording/record.ts');
  const { LiveDisplay } = await import('../live/live-display.ts');
  const { Notices } = await import('../live/notices.ts');
  const { closingLines } = await import('../live/closing.ts');
  const notices = new Notices();
  // A log that shares the screen with the table would tear it; one that goes to a file is left alone.
  const log = createLog(config.logLevel, terminal.stderr.isTTY ? notices : logTo(2));
  const streams = { input: process.stdin, output: terminal.stdout };
  const display = new LiveDisplay(streams, config.outputDir, notices, styleFor(terminal.stdout, terminal.env));
  // The terminal was closed: nobody can stop us any more but by a signal, and nobody sees what we do.
  const onGone = (): void => void process.kill(process.pid, 'SIGTERM');
  terminal.stdout.once('error', onGone);
  display.start();
  const events = {
    listening: (url: string) => display.page(url),
    failed: (reason: string) => log.warn({ reason }, 'no page'),
  };
  const viewer = page === null ? null : new PageProcess(config.outputDir, page.address, page.elsewhere, events);
  try {
    return await record(config, sources, {
      log,
      live: (snapshot) => display.show(snapshot),
      started: (recorder) => display.started(recorder),
      stopping: () => display.stopping(),
    });
  } finally {
    await viewer?.stop();
    display.close();
    for (const notice of notices.take()) terminal.stderr.write(`${notice}\n`);
    if (display.snapshot) terminal.stdout.write(`${closingLines(display.snapshot, config.outputDir).join('\n')}\n`);
  }
}
