#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=131072 node --optimize-for-size --max-semi-space-size=1
// What malloc is told is for a process that runs for weeks: one arena for all threads, and blocks from 128 KiB on go back to the
// kernel when they are freed. By itself glibc keeps ever larger ones in its arena, which then only grows (mallopt(3)).
// Only syntax and imports that an old Node understands, so that it gets as far as saying what is wrong with it.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const NEEDED = [22, 18];

const found = process.versions.node.split('.').map(Number);
if (found[0] < NEEDED[0] || (found[0] === NEEDED[0] && found[1] < NEEDED[1])) {
  process.stderr.write(
    'fgm: Node.js ' +
      process.versions.node +
      ' is too old; wanted ' +
      NEEDED.join('.') +
      ' or newer (found at ' +
      process.execPath +
      ')\n',
  );
  process.exit(1);
}

// The flags above are for what runs beside others all the time. Whoever waits for an answer has it a tenth sooner without the first.
const answers = !['monitor', 'up'].includes(process.argv[2]);
if (answers) setFlagsFromString('--no-optimize-for-size');

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built) && process.env.FGM_SOURCE !== '1') {
  if (answers) keepCompiled();
  await import(built.href);
} else {
  runSource();
}

/**
 * Keeps what V8 has compiled, which the next command has a tenth sooner (docs/adr/0027-a-viewer-that-is-soon-ready.md). Only below a
 * directory of our own user: what is read back is run. Where nothing can be written, nothing is kept.
 */
function keepCompiled() {
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    if (statSync(cache).uid === process.getuid()) module.enableCompileCache(join(cache, 'fine-grained-monitor'));
  } catch {
    // No home, or one that is not there.
  }
}

/** Runs the TypeScript source as it stands, in place of this process where Node can do that. */
function runSource() {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const args = ['--conditions=@fgm/source', '--disable-warning=ExperimentalWarning', main].concat(
    process.argv.slice(2),
  );
  if (typeof process.execve === 'function')
    process.execve(process.execPath, [process.execPath].concat(args), process.env);
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.removeAllListeners(signal);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code === null ? 1 : code;
  });
}
