import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolveConfig } from '@fgm/agent/config';
import type { Sources } from '@fgm/agent/config';
import type { Command } from 'commander';
import { EXIT } from '../failure.ts';
import { addRecorderOptions, flagsGiven } from '../recorder-options.ts';
import { styleFor } from '../text/style.ts';
import type { Register, Terminal } from './command.ts';

/** The settings that decide what a recorder would meet. */
const FLAGS = [
  'output-dir',
  'identifier',
  'proc-root',
  'cgroup-root',
  'host-root',
  'listen',
  'retention-bytes',
  'memory',
];

/** Without a word on it, /data is what `fgm monitor` takes, and ./data what `fgm up` takes. */
function examinedCommand(): 'monitor' | 'up' {
  return existsSync('/data') ? 'monitor' : 'up';
}

export const registerDoctor: Register = (program, terminal, done) => {
  const command = program
    .command('doctor')
    .summary('say what this machine allows and what is missing')
    .description(
      'Says what a recorder can see on this machine, what is missing, what that costs, and what would mend it. Changes nothing. Ends with 1 when a recorder cannot work here.',
    )
    .option('--json', 'print the checks as JSON');
  addRecorderOptions(command, 'monitor', FLAGS).action(async (options: { json?: true }, self: Command) => {
    const flags = { ...flagsGiven(self), json: undefined };
    const sources: Sources = { command: examinedCommand(), flags, env: terminal.env, hostname: hostname() };
    done(await doctor(sources, options.json ?? false, terminal));
  });
};

async function doctor(sources: Sources, json: boolean, { stdout, env }: Terminal): Promise<number> {
  const { config } = resolveConfig(sources);
  const [{ examine }, { reportLines, verdict }] = await Promise.all([
    import('../doctor/examine.ts'),
    import('../doctor/report.ts'),
  ]);
  const checks = await examine(config);
  const text = json
    ? JSON.stringify({ verdict: verdict(checks), checks }, null, 2)
    : reportLines(checks, stdout.isTTY ? stdout.columns : undefined, styleFor(stdout, env)).join('\n');
  stdout.write(`${text}\n`);
  return checks.some(({ status }) => status === 'fail') ? EXIT.failure : EXIT.ok;
}
