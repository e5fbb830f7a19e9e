import { resolveConfig } from '@fgm/agent/config';
import type { RecorderConfig } from '@fgm/agent/config';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { hostname } from 'node:os';
import { CommandFailure, EXIT } from '../failure.ts';
import { addRecorderOptions, flagsGiven } from '../recorder-options.ts';
import type { Register, Terminal } from './command.ts';

/** The recorder's settings that decide what is looked at. */
const FLAGS = ['interval', 'memory', 'walk-budget', 'scope', 'numa', 'proc-root', 'cgroup-root', 'host-root'];
const MOST_TICKS = 1_000_000;

interface RecordFlags {
  readonly output: string;
  readonly ticks: number;
  readonly scrub: 'on' | 'off';
  readonly scrubKey?: string;
  readonly json?: true;
}

function ticks(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST_TICKS) return value;
  throw new InvalidArgumentError(`wanted a number from 1 to ${MOST_TICKS}`);
}

function directory(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('wanted a directory');
}

function scrubKey(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('wanted a text that is not empty');
}

export const registerRecord: Register = (program, terminal, done) => {
  const command = program
    .command('record')
    .summary('record the files of this machine for a replay')
    .description(
      'Records the kernel files that the recorder reads, tick by tick, as a fixture for fgm replay. Names, command lines and addresses are replaced by pseudonyms. A signal ends it with the ticks that it has.',
    )
    .requiredOption(
      '-o, --output <fixture>',
      'where the fixture goes; an empty directory, or one that is not there yet',
      directory,
    )
    .addOption(new Option('--ticks <number>', 'how many ticks').argParser(ticks).makeOptionMandatory())
    .addOption(
      new Option('--scrub <on|off>', 'whether texts are replaced by pseudonyms').choices(['on', 'off']).default('on'),
    )
    .addOption(
      new Option(
        '--scrub-key <text>',
        'what pseudonyms are made with: fixtures of the same key have the same ones; random unless given, and not kept',
      ).argParser(scrubKey),
    )
    .option('--json', 'print the summary as JSON');
  addRecorderOptions(command, 'monitor', FLAGS).action(async (flags: RecordFlags, self: Command) => {
    const own = { output: undefined, ticks: undefined, scrub: undefined, 'scrub-key': undefined, json: undefined };
    const sources = { command: 'monitor', flags: { ...flagsGiven(self), ...own }, env: terminal.env } as const;
    const { config } = resolveConfig({ ...sources, hostname: hostname() });
    done(await record(config, flags, terminal));
  });
};

async function record(config: RecorderConfig, flags: RecordFlags, terminal: Terminal): Promise<number> {
  const [{ ReplayError }, { FixtureError }, { runRecording }] = await Promise.all([
    import('@fgm/agent/replay'),
    import('@fgm/fixture'),
    import('../fixture/run-recording.ts'),
  ]);
  try {
    await runRecording(config, flags, terminal);
    return EXIT.ok;
  } catch (cause) {
    if (cause instanceof ReplayError || cause instanceof FixtureError)
      throw new CommandFailure(cause.message, { cause });
    throw cause;
  }
}
