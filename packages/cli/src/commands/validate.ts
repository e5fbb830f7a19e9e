import { resolve } from 'node:path';
import { EXIT } from '../failure.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

export const registerValidate: Register = (program, terminal, done) => {
  program
    .command('validate')
    .summary('check a recording against the file format')
    .description(
      'Checks a file or a data directory against every rule of the file format. Ends with 1 when there are errors.',
    )
    .argument('<path>', 'a Parquet file or a data directory')
    .option('--json', 'print the findings as JSON')
    .action(async (path: string, options: { json?: true }) => done(await run(path, options.json ?? false, terminal)));
};

async function run(path: string, json: boolean, { stdout, env }: Terminal): Promise<number> {
  const [{ validate }, { countOf, reportLines }] = await Promise.all([
    import('../validate/validate.ts'),
    import('../validate/report.ts'),
  ]);
  const target = resolve(path);
  const validation = await validate(target);
  const text = json
    ? JSON.stringify(validation, null, 2)
    : reportLines(validation, target, styleFor(stdout, env)).join('\n');
  stdout.write(`${text}\n`);
  return countOf(validation.findings, 'error') > 0 ? EXIT.failure : EXIT.ok;
}
