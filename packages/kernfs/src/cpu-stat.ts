import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

/*
 * cpu.stat and cpu.stat.local of cgroup v2.
 *
 *     usage_usec 68913728
 *     user_usec 38664176
 *     system_usec 30249551
 *     nice_usec 0
 *     core_sched.force_idle_usec 0
 *     nr_periods 120
 *     nr_throttled 37
 *     throttled_usec 1846123
 *     nr_bursts 0
 *     burst_usec 0
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
 *
 * The first three stand in every cgroup, those from nr_periods on only where the cpu controller is enabled.
 * 5.16 nr_bursts, burst_usec  ·  6.1 core_sched.force_idle_usec  ·  6.6 cpu.stat.local (throttled_usec)  ·  6.13 nice_usec
 */
export function cpuStatParser(layout: Layout, file: 'cpu.stat' | 'cpu.stat.local' = 'cpu.stat'): Parser {
  return flatKeyedParser(fieldsOf(layout, file));
}
