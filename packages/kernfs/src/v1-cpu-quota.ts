import { OK, type Layout } from '@fgm/catalog';
import type { Parser } from './parser.ts';
import { DIGIT_0, LF, MINUS } from './scan.ts';
import { singleValueParser } from './single-value.ts';

const DIGIT_1 = DIGIT_0 + 1;

/*
 * cpu.cfs_quota_us of cgroup v1. -1 means that there is no limit: null.
 *
 *     50000        -1
 *
 * https://docs.kernel.org/scheduler/sched-bwc.html
 */
export function v1CpuQuotaParser(layout: Layout): Parser {
  const parse = singleValueParser(layout, 'cpu_max_quota_usec');
  return (bytes, length, columns, row) => {
    if (!isMinusOne(bytes, length)) return parse(bytes, length, columns, row);
    parse(bytes, 0, columns, row);
    return OK;
  };
}

/** cpu.cfs_period_us of cgroup v1. */
export function v1CpuPeriodParser(layout: Layout): Parser {
  return singleValueParser(layout, 'cpu_max_period_usec');
}

function isMinusOne(bytes: Uint8Array, length: number): boolean {
  return length === 3 && bytes[0] === MINUS && bytes[1] === DIGIT_1 && bytes[2] === LF;
}
