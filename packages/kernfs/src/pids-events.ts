import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * pids.events of cgroup v2, and of v1.
 *
 *     max 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#pid
 *
 * 4.9 the file  ·  6.11 on v2 it counts for descendants too; pids.events.local has what it used to say
 */
export function pidsEventsParser(layout: Layout): Parser {
  return flatKeyedParser(fieldsOf(layout, 'pids.events'));
}
