import { ENOENT, readStart } from './kernel-file.ts';

const ON = 0x31;

/*
 * /proc/sys/kernel/task_delayacct: whether the kernel measures what processes wait for.
 *
 *     0
 *
 * https://docs.kernel.org/accounting/delay-accounting.html
 *
 * 5.14 the file; since then it is off unless switched on, and what would be measured is printed as 0. Before, it was on.
 */

/** Whether delays are measured. Read once at start: a change shows after a restart. @param procRoot where /proc is */
export function readDelayAccounting(procRoot: string): boolean {
  const buffer = new Uint8Array(8);
  const length = readStart(`${procRoot}/sys/kernel/task_delayacct`, buffer);
  return length === ENOENT || (length > 0 && buffer[0] === ON);
}
