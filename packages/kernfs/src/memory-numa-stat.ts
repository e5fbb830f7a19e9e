import type { Layout } from '@fgm/catalog';
import { nestedKeyedParser } from './nested-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * memory.numa_stat of cgroup v2 (kernel 5.10): what memory.stat says, for each memory node.
 *
 *     anon N0=1654784 N1=0
 *     file N0=3330048 N1=4096
 *     …
 *     workingset_refault_anon N0=0 N1=0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 *
 * The file of this name in cgroup v1 is another one: pages on LRU lists, which no key of v2 counts.
 */
export function memoryNumaStatParser(layout: Layout): Parser {
  return nestedKeyedParser(fieldsOf(layout, 'memory.numa_stat'));
}
