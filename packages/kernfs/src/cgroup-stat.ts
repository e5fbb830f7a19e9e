import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * cgroup.stat of cgroup v2.
 *
 *     nr_descendants 4
 *     nr_subsys_cpu 5
 *     nr_dying_descendants 1
 *     nr_dying_subsys_cpu 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files
 *
 * 6.12 nr_subsys_* and nr_dying_subsys_*, which have no column
 */
export function cgroupStatParser(layout: Layout): Parser {
  return flatKeyedParser(fieldsOf(layout, 'cgroup.stat'));
}
