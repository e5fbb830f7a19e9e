import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasProgram } from './programs.ts';

/** Whether programs in C can be compiled here. */
export function canCompile(): boolean {
  return hasProgram('gcc');
}

/**
 * Compiles a C file, once per version of its source, statically so that it also runs in a
 * container without a C library. Gives the path of the binary.
 */
export function compile(source: string, optimize: '-O1' | '-O2' = '-O1'): string {
  const hash = createHash('sha256').update(optimize).update(readFileSync(source)).digest('hex').slice(0, 16);
  const binary = join(tmpdir(), `fgm-programs-${process.getuid?.() ?? 0}`, hash);
  if (existsSync(binary)) return binary;
  mkdirSync(dirname(binary), { recursive: true, mode: 0o700 });
  const part = `${binary}.${process.pid}`;
  const flags = [optimize, '-pthread', '-o', part, source];
  try {
    execFileSync('gcc', ['-static', ...flags], { stdio: 'pipe' });
  } catch {
    // Some distributions have no static C library: what we lose is running in an empty container.
    execFileSync('gcc', flags, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  renameSync(part, binary);
  return binary;
}
