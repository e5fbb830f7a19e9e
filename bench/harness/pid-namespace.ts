import { spawnSync } from 'node:child_process';

const INSIDE = 'FGM_BENCH_PID_NAMESPACE';
/** A shell as the first process: it reaps who has lost its parent. */
const FIRST_PROCESS = '"$@"; exit $?';

/**
 * Runs the program that calls it anew, in a pid namespace with a /proc of its own, and ends as that ends: whoever reads processes there
 * finds those of the benchmark and no others. Comes back at once when it is inside already.
 */
export function insidePidNamespace(): void {
  if (process.env[INSIDE] === '1') return;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const flags = ['--pid', '--fork', '--kill-child', '--mount-proc'];
  const { status } = spawnSync('unshare', [...flags, 'sh', '-c', FIRST_PROCESS, 'sh', ...again], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exit(status ?? 1);
}
