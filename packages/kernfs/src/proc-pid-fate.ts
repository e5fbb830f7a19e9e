import { readStart } from './kernel-file.ts';
import { wholeNumber } from './whole-number.ts';

const STAT_BYTES = 2048;
const STATUS_BYTES = 4096;
const buffer = Buffer.alloc(STATUS_BYTES);

/** Fields of proc_pid_stat(5), from the state on, which is the third. */
const START_TIME = 22 - 3;
const EXIT_CODE = 52 - 3;

/*
 * What is asked about a process that may be no more. Read once in its life, not every tick.
 *
 *     /proc/PID/stat      5188 (cat) Z 5174 … 9
 *     /proc/PID/status    NSpid:	5188	1
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_stat(5), proc_pid_status(5)
 */

export interface ProcessFate {
  /** Clock ticks since boot: with the pid it names a process. */
  readonly startTime: number;
  /** It has exited; nobody has asked how yet. */
  readonly exited: boolean;
  /** As wait(2) gives it: a signal in the low 7 bits, else the exit code in the second byte. 0 also for who may not know. */
  readonly waitStatus: number;
}

/** @param directory `/proc/PID`; null when there is no process of this number */
export function readFate(directory: string): ProcessFate | null {
  const length = readStart(`${directory}/stat`, buffer.subarray(0, STAT_BYTES));
  return length <= 0 ? null : fateIn(buffer.toString('latin1', 0, length));
}

/** @param text of /proc/PID/stat; null when it is none */
export function fateIn(text: string): ProcessFate | null {
  const end = text.lastIndexOf(') ');
  if (end < 0) return null;
  const state = text[end + 2];
  const startTime = fieldOf(text, end + 2, START_TIME);
  const waitStatus = fieldOf(text, end + 2, EXIT_CODE);
  if (startTime === null) return null;
  return { startTime, exited: state === 'Z' || state === 'X', waitStatus: waitStatus ?? 0 };
}

/** Its number in the innermost of its pid namespaces, when that is not the reader's own. @param directory `/proc/PID` */
export function readNamespacePid(directory: string): number | null {
  const length = readStart(`${directory}/status`, buffer);
  return length <= 0 ? null : namespacePidIn(buffer.toString('latin1', 0, length));
}

/** @param text of /proc/PID/status; null when it names one number only, or none (before Linux 4.1), or was cut */
export function namespacePidIn(text: string): number | null {
  const start = text.indexOf('\nNSpid:\t');
  if (start < 0) return null;
  const end = text.indexOf('\n', start + 1);
  // A line that was cut may end within a number.
  if (end < 0) return null;
  const numbers = text.slice(start + '\nNSpid:\t'.length, end);
  const last = numbers.lastIndexOf('\t');
  const pid = last < 0 ? null : wholeNumber(numbers.slice(last + 1));
  return pid === 0 ? null : pid;
}

/** The number so many blanks behind `from`; null where there is none. */
function fieldOf(text: string, from: number, count: number): number | null {
  let at = from;
  for (let left = count; left > 0; left--) {
    at = text.indexOf(' ', at) + 1;
    if (at === 0) return null;
  }
  const blank = text.indexOf(' ', at);
  const end = blank < 0 ? text.indexOf('\n', at) : blank;
  return end < 0 ? null : wholeNumber(text.slice(at, end));
}
