import { resolve } from 'node:path';
import { parseSize } from '@fgm/agent/config';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../failure.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

interface ConsolidateOptions {
  readonly dryRun?: true;
  readonly json?: true;
  readonly retentionBytes?: number;
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('wanted a size, such as 1GiB');
  return bytes;
}

export const registerConsolidate: Register = (program, terminal, done) => {
  program
    .command('consolidate')
    .summary('merge the small files of a recording')
    .description(
      'Makes one file per table of the closed windows of each hour that is over, and of the hours of a day where that is small. A recorder may run meanwhile. Ends with 1 when something could not be done.',
    )
    .argument('<dir>', 'a data directory')
    .option('--dry-run', 'only say what would be done')
    .addOption(
      new Option(
        '--retention-bytes <size>',
        'most that the directory may hold; what its last recorder was told by default',
      ).argParser(size),
    )
    .option('--json', 'print what was done as JSON, a line each')
    .action(async (directory: string, options: ConsolidateOptions) => done(await run(directory, options, terminal)));
};

async function run(directory: string, options: ConsolidateOptions, { stdout, env }: Terminal): Promise<number> {
  const [{ consolidateDirectory }, { linesOf, summaryLine }] = await Promise.all([
    import('../consolidate/consolidate-directory.ts'),
    import('../consolidate/report.ts'),
  ]);
  const target = resolve(directory);
  const style = styleFor(stdout, env);
  const { dryRun = false, json = false, retentionBytes } = options;
  const result = await consolidateDirectory(target, { dryRun, retentionBytes }, (report) => {
    const lines = json ? [JSON.stringify(report)] : linesOf(report, target, style);
    stdout.write(lines.map((line) => `${line}\n`).join(''));
  });
  const summary = json ? JSON.stringify({ type: 'ended', ...result.totals }) : summaryLine(result.totals, dryRun);
  stdout.write(`${summary}\n`);
  return result.complete ? EXIT.ok : EXIT.failure;
}
