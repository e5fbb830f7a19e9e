import type { Command } from 'commander';

/** Where a command reads and writes: the process's own, or a test's. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Adds one command to the program. Its action loads what it needs when it runs: a recorder has no use for DuckDB. */
export type Register = (program: Command, terminal: Terminal, done: (exitCode: number) => void) => void;
