#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --optimize-for-size --max-semi-space-size=1
// Only syntax and imports that an old Node understands, so that it gets as far as saying what is wrong with it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built) && process.env.FGM_SOURCE !== '1') {
  await import(built.href);
} else {
  runSource();
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
