import { settingsOf } from '@fgm/agent/config';
import type { AnySetting } from '@fgm/agent/config';
import { InvalidArgumentError, Option } from 'commander';
import { CommandFailure, EXIT } from '../failure.ts';
import { onSignals } from '../recording/signals.ts';
import { plural } from '../text/quantity.ts';
import type { Register, Terminal } from './command.ts';

interface ReplayFlags {
  readonly outputDir: string;
  readonly speed: number | null;
  readonly rotation: number;
  readonly compressionLevel: number;
  readonly memory?: 'rollup' | 'full' | 'off';
  readonly scope?: 'auto' | 'containers' | 'all';
  readonly identifier?: string;
  readonly json?: true;
}

/** Faster than that nothing is waited for anyway. */
const MOST_SPEED = 1e6;

function speed(text: string): number | null {
  if (text === 'max') return null;
  const factor = /^\d{1,7}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (factor > 0 && factor <= MOST_SPEED) return factor;
  throw new InvalidArgumentError(`wanted max, or how many times as fast as it was, up to ${MOST_SPEED}`);
}

/** A flag of the recorder whose default, unless given, is that of the recording. Variables and files do not count. */
function option(flag: string, defaultText?: string): Option {
  const setting = settingsOf('monitor').find((one) => one.flag === flag) as AnySetting;
  const made = new Option(`--${flag} <${setting.type.placeholder}>`, setting.help);
  const parse = (text: string): unknown => {
    const value = setting.type.parse(text);
    if (value === undefined) throw new InvalidArgumentError(`wanted ${setting.type.wanted}`);
    return value;
  };
  made.argParser(parse);
  return defaultText === undefined ? made : made.default(parse(defaultText), defaultText);
}

export const registerReplay: Register = (program, terminal, done) => {
  program
    .command('replay')
    .summary('record a recorded node once more')
    .description(
      'Runs the whole recorder over a fixture that fgm record has made, with the clock of the recording. The same fixture and flags make the same bytes, on every machine.',
    )
    .argument('<fixture>', 'the directory of a fixture')
    .requiredOption('--output-dir <dir>', 'where the files go; an empty directory, or one that is not there yet')
    .addOption(
      new Option('--speed <factor>', 'so many times as fast as it was, or max').argParser(speed).default(null, 'max'),
    )
    .addOption(option('rotation', '90s'))
    .addOption(option('compression-level', '3'))
    .addOption(option('memory'))
    .addOption(option('scope'))
    .addOption(option('identifier'))
    .option('--json', 'print the summary as JSON')
    .action(async (fixture: string, flags: ReplayFlags) => done(await replay(fixture, flags, terminal)));
};

async function replay(fixture: string, flags: ReplayFlags, { stdout }: Terminal): Promise<number> {
  const [{ ReplayError, replayFixture }, { FixtureError }, { replayLines }] = await Promise.all([
    import('@fgm/agent/replay'),
    import('@fgm/fixture'),
    import('../replay/report.ts'),
  ]);
  const { outputDir, rotation: rotationMs, json = false, ...options } = flags;
  const interruption = new AbortController();
  const release = onSignals({
    stop: () => interruption.abort(),
    force: () => process.exit(EXIT.failure),
    reread: () => undefined,
  });
  try {
    const { signal } = interruption;
    const summary = await replayFixture(fixture, { ...options, outputDir, rotationMs, signal });
    stdout.write(`${json ? JSON.stringify(summary, null, 2) : replayLines(summary, outputDir).join('\n')}\n`);
    if (summary.ticks === summary.instants) return EXIT.ok;
    throw new CommandFailure(
      `interrupted after ${summary.ticks} of ${plural(summary.instants, 'instant')}: what is in ${outputDir} is valid, but not what the whole replay gives`,
    );
  } catch (cause) {
    if (cause instanceof ReplayError || cause instanceof FixtureError)
      throw new CommandFailure(cause.message, { cause });
    throw cause;
  } finally {
    release();
  }
}
