import { readlinkSync } from './files/sync.ts';
import { readStart } from './kernel-file.ts';

/** Bytes of a command line that are kept. */
export const CMDLINE_BYTES = 256;
const TASK_COMM_BYTES = 64;

const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const buffer = new Uint8Array(CMDLINE_BYTES + 1);

/*
 * Texts of a process. They are read when it is first seen or has changed, not every tick.
 *
 *     /proc/PID/comm       node
 *     /proc/PID/cmdline    node\0--conditions=x\0main.ts\0
 *     /proc/PID/exe        link to the program, with " (deleted)" when that is gone
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_comm(5), proc_pid_cmdline(5), proc_pid_exe(5)
 */

/** Name of a process without its line feed. Bytes that are no UTF-8 become U+FFFD. */
export function commText(bytes: Uint8Array, length: number): string {
  return decoder.decode(bytes.subarray(0, bytes[length - 1] === 0x0a ? length - 1 : length));
}

/** First 256 bytes of a command line with blanks between the arguments; null when it is empty (kernel threads, zombies). */
export function cmdlineText(bytes: Uint8Array, length: number): string | null {
  let end = Math.min(length, CMDLINE_BYTES);
  if (length > CMDLINE_BYTES) end = wholeCharacters(bytes, end);
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end === 0 ? null : decoder.decode(bytes.subarray(0, end)).replaceAll('\0', ' ');
}

/** The end of the last whole character before `end`, so that a cut makes no U+FFFD of its own. */
function wholeCharacters(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > end - 3 && (bytes[at]! & CONTINUATION_MASK) === CONTINUATION) at--;
  return (bytes[at]! & CONTINUATION_MASK) === CONTINUATION ? end : at;
}

/** @param directory `/proc/PID`; null when the process is gone */
export function readComm(directory: string): string | null {
  const length = readStart(`${directory}/comm`, buffer.subarray(0, TASK_COMM_BYTES));
  return length <= 0 ? null : commText(buffer, length);
}

/** @param directory `/proc/PID`; null when the process is gone or has no command line */
export function readCmdline(directory: string): string | null {
  const length = readStart(`${directory}/cmdline`, buffer);
  return length <= 0 ? null : cmdlineText(buffer, length);
}

/** @param directory `/proc/PID`; null when it has none (kernel threads), is gone, or we may not know */
export function readExe(directory: string): string | null {
  try {
    return readlinkSync(`${directory}/exe`);
  } catch {
    return null;
  }
}
