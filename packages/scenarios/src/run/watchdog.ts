import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Cleans up should this process die without being able to: a shell that waits for the end of a pipe, and then becomes a process
 * that removes leftovers. In a session of its own, so that what ends us does not end it.
 *
 * @param command removes leftovers
 */
export function startWatchdog(command: readonly string[]): ChildProcess {
  const watchdog = spawn('sh', ['-c', 'cat >/dev/null; exec "$@"', 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.stdin?.on('error', () => {}); // its own end is of no interest to us
  watchdog.unref();
  return watchdog;
}
