import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * misc.current, misc.peak, misc.max and misc.events of cgroup v2 and v1: one line for each resource of the machine.
 *
 *     sev 3            sev max            sev.max 0
 *     sev_es 0         sev_es 10          sev_es.max 2
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#misc-interface-files
 *
 * 5.13 misc.current, misc.max  ·  5.17 misc.events  ·  6.11 misc.peak. `max` in misc.max is no limit.
 */
export function miscParser(layout: Layout, file: 'misc.current' | 'misc.peak' | 'misc.max' | 'misc.events'): Parser {
  return flatKeyedParser(fieldsOf(layout, file), file === 'misc.max');
}
