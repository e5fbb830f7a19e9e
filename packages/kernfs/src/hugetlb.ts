import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * hugetlb.<size>.events and hugetlb.<size>.events.local of cgroup v2 (kernel 5.7). The other files have one number each.
 *
 *     max 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#hugetlb-interface-files
 */
export function hugetlbEventsParser(layout: Layout, size: string, file: 'events' | 'events.local'): Parser {
  return flatKeyedParser(fieldsOf(layout, `hugetlb.${size}.${file}`));
}
