import { errorCode, EXIT } from './failure.ts';
import { run } from './run.ts';

/** Everything that was written has reached the system: a pipe takes it later than the call returns. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.errored) resolve();
    else stream.write('', () => resolve());
  });
}

/** `ENOSPC, no space left on device`: without the system call, which says nothing to who ran the command. */
function reasonOf(error: Error): string {
  return error.message.replace(/^([A-Z]+): (.*), \w+$/, '$1, $2');
}

const recording = ['monitor', 'up'].includes(process.argv[2] ?? '');

/** Whoever reads rows of a query may have seen enough; an export that did not arrive is none. */
const afterReader = process.argv[2] === 'export' ? EXIT.failure : EXIT.ok;

// Whoever read our output has left, as in `fgm query … | head`. A recorder goes on without an audience.
process.stdout.on('error', (error) => {
  if (recording) return;
  if (errorCode(error) === 'EPIPE') process.exit(afterReader);
  process.stderr.write(`fgm: cannot write the output: ${reasonOf(error)}\n`, () => process.exit(EXIT.failure));
});
process.stderr.on('error', () => undefined);

const { stdout, stderr, env } = process;
const exitCode = await run(process.argv.slice(2), { stdout, stderr, env });
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(exitCode);
