import type { Layout } from '@fgm/catalog';
import { colonKeyedParser } from './colon-keyed.ts';
import { KILOBYTE } from './fields.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * /proc/PID/status.
 *
 *     Name:	cat
 *     Umask:	0022
 *     …
 *     VmPeak:	    3060 kB
 *     RssAnon:	     112 kB
 *     …
 *     nonvoluntary_ctxt_switches:	1
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_status(5)
 *
 * 4.5 RssAnon, RssFile, RssShmem. No Vm… and Rss… lines for a process without memory (kernel threads, zombies). The name is
 * escaped by the kernel, so it never has a line feed.
 */
export function procPidStatusParser(layout: Layout): Parser {
  const fields = fieldsOf(layout, '/proc/PID/status');
  return colonKeyedParser(
    fields.map((field) => (field.key.endsWith('_switches') ? field : { ...field, multiply: KILOBYTE })),
  );
}
