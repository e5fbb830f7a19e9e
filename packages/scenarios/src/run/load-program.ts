import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canCompile, compile } from '../machine/compile.ts';

const PROGRAMS = fileURLToPath(new URL('../../programs/', import.meta.url));

/** What a shell can do of it, which needs nothing but `head`, `tr`, `date`, `seq` and `sleep`. */
export const LOAD_SCRIPT = join(PROGRAMS, 'demo-load.sh');

/** The load program: compiled where there is a compiler, else the shell's. */
export function loadProgram(): string {
  return canCompile() ? compile(join(PROGRAMS, 'demo-load.c')) : LOAD_SCRIPT;
}
