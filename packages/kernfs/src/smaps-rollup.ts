import type { Layout } from '@fgm/catalog';
import { colonKeyedParser } from './colon-keyed.ts';
import { KILOBYTE } from './fields.ts';
import { fieldsOf, type Parser } from './parser.ts';

/** The line with the address range. */
const HEADINGS = 1;

/*
 * /proc/PID/smaps_rollup: the sums over all mappings of the process.
 *
 *     563b93742000-7fffafe90000 ---p 00000000 00:00 0                          [rollup]
 *     Rss:                1688 kB
 *     Pss:                 435 kB
 *     …
 *     Locked:                0 kB
 *
 * https://docs.kernel.org/filesystems/proc.html
 *
 * 4.14 the file  ·  5.3 Pss_Anon, Pss_File, Pss_Shmem  ·  5.4 FilePmdMapped  ·  6.0 Pss_Dirty  ·  6.7 KSM. Reading walks all
 * page tables of the process with its mmap lock held. Empty, or ESRCH, for a process without memory.
 */
export function smapsRollupParser(layout: Layout): Parser {
  return colonKeyedParser(fieldsOf(layout, '/proc/PID/smaps_rollup', KILOBYTE), HEADINGS);
}
