import { hostname } from 'node:os';
import { resolveConfig } from '@fgm/agent/config';
import type { RecorderConfig, Sources } from '@fgm/agent/config';
import type { Command } from 'commander';
import { addRecorderOptions, flagsGiven } from '../recorder-options.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

export const registerUp: Register = (program, terminal, done) => {
  const command = program
    .command('up')
    .summary('record this machine and show what it does')
    .description(
      'Records this machine, and shows a live table of it on a terminal. Without a terminal it logs JSON lines to stderr.',
    );
  addRecorderOptions(command, 'up').action(async (_options: unknown, self: Command) => {
    const sources: Sources = { command: 'up', flags: flagsGiven(self), env: terminal.env, hostname: hostname() };
    const { config } = resolveConfig(sources);
    done(await (terminal.stdout.isTTY ? upOnTerminal : upWithout)(config, sources, terminal));
  });
};

async function upWithout(config: RecorderConfig, sources: Sources): Promise<number> {
  const { createLog, logTo } = await import('../recording/log.ts');
  const { record } = await import('../recording/record.ts');
  return record(config, sources, { log: createLog(config.logLevel, logTo(2)) });
}

async function upOnTerminal(config: RecorderConfig, sources: Sources, terminal: Terminal): Promise<number> {
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
  try {
    return await record(config, sources, {
      log,
      live: (snapshot) => display.show(snapshot),
      started: (recorder) => display.started(recorder),
      stopping: () => display.stopping(),
    });
  } finally {
    display.close();
    for (const notice of notices.take()) terminal.stderr.write(`${notice}\n`);
    if (display.snapshot) terminal.stdout.write(`${closingLines(display.snapshot, config.outputDir).join('\n')}\n`);
  }
}
