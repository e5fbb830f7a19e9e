import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsNamed, type Parser } from './parser.ts';
import { singleValueParser } from './single-value.ts';

const COLUMNS = {
  'cpuacct.usage': 'cpu_stat_usage_usec',
  'cpuacct.usage_user': 'cpu_stat_user_usec',
  'cpuacct.usage_sys': 'cpu_stat_system_usec',
} as const;

/*
 * cpuacct.usage, cpuacct.usage_user and cpuacct.usage_sys of cgroup v1: nanoseconds.
 *
 *     1846123456
 *
 * https://docs.kernel.org/admin-guide/cgroup-v1/cpuacct.html
 *
 * 4.7 usage_user, usage_sys
 */
export function v1CpuacctUsageParser(layout: Layout, file: keyof typeof COLUMNS): Parser {
  return singleValueParser(layout, COLUMNS[file], { drop: 3 });
}

/*
 * cpuacct.stat of cgroup v1: clock ticks. For kernels that lack the two files above.
 *
 *     user 4217
 *     system 3299
 */
export function v1CpuacctStatParser(layout: Layout, userHz: number): Parser {
  const multiply = 1_000_000 / userHz;
  return flatKeyedParser(
    fieldsNamed(layout, [
      { key: 'user', name: 'cpu_stat_user_usec', multiply },
      { key: 'system', name: 'cpu_stat_system_usec', multiply },
    ]),
  );
}
