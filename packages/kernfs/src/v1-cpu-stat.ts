import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsNamed, type Parser } from './parser.ts';

/*
 * cpu.stat of cgroup v1. Times are in nanoseconds.
 *
 *     nr_periods 120
 *     nr_throttled 37
 *     throttled_time 1846123456
 *     nr_bursts 0
 *     burst_time 0
 *
 * https://docs.kernel.org/scheduler/sched-bwc.html
 *
 * 5.16 nr_bursts, burst_time
 */
export function v1CpuStatParser(layout: Layout): Parser {
  return flatKeyedParser(
    fieldsNamed(layout, [
      { key: 'nr_periods', name: 'cpu_stat_nr_periods' },
      { key: 'nr_throttled', name: 'cpu_stat_nr_throttled' },
      { key: 'throttled_time', name: 'cpu_stat_throttled_usec', drop: 3 },
      { key: 'nr_bursts', name: 'cpu_stat_nr_bursts' },
      { key: 'burst_time', name: 'cpu_stat_burst_usec', drop: 3 },
    ]),
  );
}
