import { hostname } from 'node:os';
import { resolveConfig } from '@fgm/agent/config';
import type { Sources } from '@fgm/agent/config';
import type { Command } from 'commander';
import { addRecorderOptions, flagsGiven } from '../recorder-options.ts';
import type { Register } from './command.ts';

export const registerMonitor: Register = (program, { env }, done) => {
  const command = program
    .command('monitor')
    .summary('record until a signal')
    .description(
      'Records what each container of this machine uses into Parquet files, until a signal. Logs JSON lines to stderr.',
    );
  addRecorderOptions(command, 'monitor').action(async (_options: unknown, self: Command) => {
    const sources: Sources = { command: 'monitor', flags: flagsGiven(self), env, hostname: hostname() };
    const { config } = resolveConfig(sources);
    const [{ createLog, logTo }, { record }] = await Promise.all([
      import('../recording/log.ts'),
      import('../recording/record.ts'),
    ]);
    done(await record(config, sources, { log: createLog(config.logLevel, logTo(2)) }));
  });
};
