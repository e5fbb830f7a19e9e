import { errorCode, EXIT } from './failure.ts';
import { run } from './run.ts';

/** Everything that was written has reached the system: a pipe takes it later than the call returns. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.errored) resolve();
    else stream.write('', () => resolve());
  });
}

const recording = ['monitor', 'up'].includes(process.argv[2] ?? '');

// Whoever read our output has left, as in `fgm query … | head`. A recorder goes on without an audience.
process.stdout.on('error', (error) => {
  if (recording) return;
  process.exit(errorCode(error) === 'EPIPE' ? EXIT.ok : EXIT.failure);
});
process.stderr.on('error', () => undefined);

const { stdout, stderr, env } = process;
const exitCode = await run(process.argv.slice(2), { stdout, stderr, env });
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(exitCode);
