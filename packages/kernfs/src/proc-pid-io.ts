import type { Layout } from '@fgm/catalog';
import { colonKeyedParser } from './colon-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * /proc/PID/io, of all threads, dead ones too. Reading it takes the right to trace the process.
 *
 *     rchar: 7311
 *     wchar: 335
 *     syscr: 16
 *     syscw: 3
 *     read_bytes: 0
 *     write_bytes: 0
 *     cancelled_write_bytes: 0
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_io(5)
 */
export function procPidIoParser(layout: Layout): Parser {
  return colonKeyedParser(fieldsOf(layout, '/proc/PID/io'));
}
