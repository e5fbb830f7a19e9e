import { unknownVmstat, type Column, type Layout } from '@fgm/catalog';
import { KILOBYTE } from './fields.ts';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { unknownFlatKeys } from './unknown-keys.ts';

/*
 * /proc/vmstat.
 *
 *     nr_free_pages 1518309
 *     …
 *     pgpgin 1980313
 *     pgfault 8267706
 *
 * vmstat_text[] of mm/vmstat.c
 *
 * Pages and counts, but for nr_kernel_stack, nr_shadow_call_stack, pgpgin and pgpgout, which are in kB. Which keys there are
 * depends on the configuration; each kernel adds some. A seq file: one read gives a page of it at most.
 */
export function procVmstatParser(layout: Layout): Parser {
  const fields = fieldsOf(layout, '/proc/vmstat');
  return flatKeyedParser(
    fields.map((field) => (layout.columns[field.column]!.unit === 'bytes' ? { ...field, multiply: KILOBYTE } : field)),
  );
}

/** Columns for the keys of this text that the layout does not have: see unknownFlatKeys. */
export function extraVmstatColumns(layout: Layout, bytes: Uint8Array, length: number): Column[] {
  return unknownFlatKeys(layout, '/proc/vmstat', bytes, length, unknownVmstat);
}
