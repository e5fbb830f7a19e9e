import { Command } from 'commander';
import type { Register, Terminal } from './commands/command.ts';
import { registerConsolidate } from './commands/consolidate.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerExport } from './commands/export.ts';
import { registerInspect } from './commands/inspect.ts';
import { registerMcp } from './commands/mcp.ts';
import { registerMonitor } from './commands/monitor.ts';
import { registerQuery } from './commands/query.ts';
import { registerRecord } from './commands/record.ts';
import { registerReplay } from './commands/replay.ts';
import { registerScenario } from './commands/scenario.ts';
import { registerUp } from './commands/up.ts';
import { registerValidate } from './commands/validate.ts';
import { registerView } from './commands/view.ts';
import { readVersion } from './version.ts';

/** In the order of the help. */
const COMMANDS: readonly Register[] = [
  registerUp,
  registerMonitor,
  registerView,
  registerMcp,
  registerQuery,
  registerExport,
  registerInspect,
  registerValidate,
  registerConsolidate,
  registerRecord,
  registerReplay,
  registerDoctor,
  registerScenario,
];

/** Commander's messages have hints on lines of their own: one line each, with the program's name. */
function oneLine(text: string): string {
  return `fgm: ${text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')}\n`;
}

/** An option with white space in it is none: it is SQL that begins with a comment. */
function hintAtComment(text: string): string {
  if (!/^error: unknown option '--[^']*\s/.test(text)) return text;
  return `${text.trim()}; if that is SQL with a comment, put -- in front of DIR: fgm query -- DIR "-- comment…"`;
}

/**
 * The command line: each subcommand calls `done` with its exit code. Errors of usage are thrown as CommanderError after
 * their one line has been written.
 */
export function buildProgram(terminal: Terminal, done: (exitCode: number) => void): Command {
  const program = new Command('fgm')
    .description('A flight recorder for the containers of a Linux node.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: (text, write) => write(oneLine(hintAtComment(text))),
    })
    .exitOverride();
  for (const register of COMMANDS) register(program, terminal, done);
  return program;
}
