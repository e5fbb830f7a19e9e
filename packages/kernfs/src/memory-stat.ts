import { unknownMemoryStat, type Column, type Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { accept, Cursor, isDigit, LF, NO_NUMBER, scanUnsigned, skipLine, SPACE } from './scan.ts';

const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

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

const decoder = new TextDecoder();

/**
 * Columns for the keys of this text that no column of the layout has, so that a newer kernel's keys are kept. For use once,
 * at start, on one file of the machine. Only keys that can be part of a column's name count.
 */
export function extraMemoryStatColumns(layout: Layout, bytes: Uint8Array, length: number): Column[] {
  const known = new Set(layout.columns.filter(({ source }) => source === 'memory.stat').map(({ key }) => key));
  const extra = new Map<string, Column>();
  const cursor = new Cursor();
  if (!cursor.start(bytes, length)) return [];
  for (; cursor.at < length; skipLine(cursor)) {
    const start = cursor.at;
    while (isKeyByte(bytes[cursor.at]!)) cursor.at++;
    const key = decoder.decode(bytes.subarray(start, cursor.at));
    const found = accept(cursor, SPACE) && scanUnsigned(cursor, 0) !== NO_NUMBER && bytes[cursor.at] === LF;
    if (found && key !== '' && !known.has(key)) extra.set(key, unknownMemoryStat(key));
  }
  return [...extra.values()];
}

function isKeyByte(byte: number): boolean {
  return (byte >= LOWER_A && byte <= LOWER_Z) || isDigit(byte) || byte === UNDERSCORE;
}
