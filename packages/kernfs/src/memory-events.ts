import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * memory.events, memory.events.local and memory.swap.events of cgroup v2.
 *
 *     low 0
 *     high 0
 *     max 12
 *     oom 1
 *     oom_kill 1
 *     oom_group_kill 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 *
 * 4.18 memory.swap.events (max, fail)  ·  5.2 memory.events.local  ·  5.8 high in memory.swap.events  ·  5.17 oom_group_kill
 */
export function memoryEventsParser(
  layout: Layout,
  file: 'memory.events' | 'memory.events.local' | 'memory.swap.events',
): Parser {
  return flatKeyedParser(fieldsOf(layout, file));
}
