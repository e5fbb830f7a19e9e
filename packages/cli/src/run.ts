import { ConfigError } from '@fgm/agent/config';
import { CommanderError } from 'commander';
import { CommandFailure, errorCode, EXIT, messageOf, UsageError } from './failure.ts';
import type { Terminal } from './commands/command.ts';
import { buildProgram } from './program.ts';

/** Commander ends help and version by throwing, too. */
function codeOfCommander(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}

/** A failure that was foreseen, or that the system explains, is one line; anything else is a bug and shows where. */
function describe(error: unknown): string {
  const foreseen = error instanceof CommandFailure || error instanceof UsageError || error instanceof ConfigError;
  if (foreseen || errorCode(error) !== undefined || !(error instanceof Error)) return messageOf(error);
  return error.stack ?? messageOf(error);
}

/**
 * Runs one command line.
 *
 * @param args without `node` and the script
 * @returns the exit code
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = buildProgram(terminal, (code) => (exitCode = code));
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return codeOfCommander(error);
    terminal.stderr.write(`fgm: ${describe(error)}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failure;
  }
}
