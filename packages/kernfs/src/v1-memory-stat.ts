import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsNamed, fieldsOf, type Field, type Parser } from './parser.ts';

/** Keys of v1 that v2 knows by another name. */
const RENAMED = [
  { key: 'total_cache', name: 'memory_stat_file_bytes' },
  { key: 'total_rss', name: 'memory_stat_anon_bytes' },
  { key: 'total_rss_huge', name: 'memory_stat_anon_thp_bytes' },
  { key: 'total_mapped_file', name: 'memory_stat_file_mapped_bytes' },
  { key: 'total_dirty', name: 'memory_stat_file_dirty_bytes' },
  { key: 'total_writeback', name: 'memory_stat_file_writeback_bytes' },
  { key: 'total_swap', name: 'memory_swap_current_bytes' },
] as const;

/*
 * memory.stat of cgroup v1: the `total_` keys, which count descendants too, as v2 does.
 *
 *     cache 647168
 *     …
 *     hierarchical_memory_limit 9223372036854771712
 *     total_cache 647168
 *     total_rss 1789952
 *     …
 *     total_unevictable 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#stat-file
 *
 * 5.9 workingset_*  ·  5.13 swapcached. A key that v2 has under the same name goes to the same column.
 */
export function v1MemoryStatParser(layout: Layout): Parser {
  const same: Field[] = fieldsOf(layout, 'memory.stat').map((field) => ({ ...field, key: `total_${field.key}` }));
  return flatKeyedParser([...fieldsNamed(layout, RENAMED), ...same]);
}
