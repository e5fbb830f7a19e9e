import { OK, OVERFLOW, type Layout } from '@fgm/catalog';
import type { Parser } from './parser.ts';
import { singleValueParser } from './single-value.ts';

/*
 * memory.limit_in_bytes and memory.soft_limit_in_bytes of cgroup v1.
 *
 *     536870912        9223372036854771712
 *
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 *
 * v1 prints the largest number of whole pages below 2^63 for "no limit", which depends on the page size. No machine has 2^53
 * bytes, so whatever is above that is no limit: null.
 */
export function v1LimitParser(layout: Layout, column: string): Parser {
  const parse = singleValueParser(layout, column);
  return (bytes, length, columns, row) => {
    const status = parse(bytes, length, columns, row);
    return status === OVERFLOW ? OK : status;
  };
}
