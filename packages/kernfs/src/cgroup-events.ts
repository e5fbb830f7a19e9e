import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * cgroup.events of cgroup v2.
 *
 *     populated 1
 *     frozen 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files
 *
 * 5.2 frozen
 */
export function cgroupEventsParser(layout: Layout): Parser {
  return flatKeyedParser(fieldsOf(layout, 'cgroup.events'));
}
