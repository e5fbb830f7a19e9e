import { rmSync } from 'node:fs';

/**
 * Takes a directory away however the process ends, but for kill -9.
 *
 * @returns takes it away now
 */
export function removeAtEnd(scratch: string): () => void {
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  const onSignal = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once('exit', remove).once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return () => {
    process.off('exit', remove).off('SIGINT', onSignal).off('SIGTERM', onSignal);
    remove();
  };
}
