import { availableParallelism, totalmem } from 'node:os';
import { formatBytes, plural } from '../text/quantity.ts';
import { ok, warn } from './check.ts';
import type { Check } from './check.ts';

/** What a recorder may take of the memory, all threads and libraries included. */
const NEEDED_BYTES = 160 * 2 ** 20;

/** The machine and the runtime. Which Node is too old, bin/fgm.js has checked: here it is only named. */
export function checkMachine(memoryBytes: number = totalmem()): readonly Check[] {
  const cpus = availableParallelism();
  const memory = `${formatBytes(memoryBytes)} of memory`;
  return [
    ok('node', `Node.js ${process.versions.node}, ${process.arch}`),
    memoryBytes >= NEEDED_BYTES * 4
      ? ok('machine', `${plural(cpus, 'CPU')}, ${memory}`)
      : warn('machine', memory, `a recorder takes up to ${formatBytes(NEEDED_BYTES)}`, 'a machine with more memory'),
  ];
}
