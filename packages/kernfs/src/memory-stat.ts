import { unknownMemoryStat, type Column, type Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { unknownFlatKeys } from './unknown-keys.ts';

/*
 * memory.stat of cgroup v2.
 *
 *     anon 12288
 *     file 679936
 *     …
 *     workingset_refault_anon 0
 *     pgfault 41731
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 *
 * 5.9 workingset_* split into _anon and _file  ·  5.18 kernel  ·  5.19 zswap, zswapped, zswpin, zswpout  ·  6.0 pgscan_* and
 * pgsteal_* by who did it. Later kernels added more, and which keys there are depends on the kernel's configuration too.
 * Reading makes the kernel flush its per-CPU counters.
 */
export function memoryStatParser(layout: Layout): Parser {
  return flatKeyedParser(fieldsOf(layout, 'memory.stat'));
}

/** Columns for the keys of this text that the layout does not have: see unknownFlatKeys. */
export function extraMemoryStatColumns(layout: Layout, bytes: Uint8Array, length: number): Column[] {
  return unknownFlatKeys(layout, 'memory.stat', bytes, length, unknownMemoryStat);
}
