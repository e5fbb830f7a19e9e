import { unknownMemoryStat, type Column, type Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';

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

const KNOWN_UNIT = /^([^ \n]+) \d+$/;

/**
 * Columns for the keys of this text that no column of the layout has. Once at start, on one file of the machine, so that a
 * newer kernel's keys are kept.
 */
export function extraMemoryStatColumns(layout: Layout, text: string): Column[] {
  const known = new Set(layout.columns.filter(({ source }) => source === 'memory.stat').map(({ key }) => key));
  const keys = text.split('\n').map((line) => KNOWN_UNIT.exec(line)?.[1]);
  const unknown = new Set(keys.filter((key): key is string => key !== undefined && !known.has(key)));
  return [...unknown].filter((key) => /^[a-z0-9_]+$/.test(key)).map(unknownMemoryStat);
}
