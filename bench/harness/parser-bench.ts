import { Columns, blockColumns, makeLayout, type Layout, type SampledTable } from '@fgm/catalog';
import type { Parser } from '@fgm/kernfs';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bench, do_not_optimize, run, summary } from 'mitata';

const FIXTURES = fileURLToPath(new URL('../../test-fixtures/', import.meta.url));

/** What one would write first: a string, lines, words, a map of numbers. */
function bySplitting(bytes: Buffer, length: number): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of bytes.toString('latin1', 0, length).split('\n')) {
    const [key, value] = line.split(/[\s:]+/);
    if (key && value) values.set(key, Number(value));
  }
  return values;
}

/** Times the parser of a kernel file on a recorded sample, next to the same by split(). */
export async function benchParser(
  sample: string,
  table: SampledTable,
  make: (layout: Layout) => Parser,
): Promise<void> {
  const bytes = readFileSync(`${FIXTURES}${sample}.txt`);
  const layout = makeLayout(table, blockColumns(table), 64);
  const columns = new Columns(layout);
  const parse = make(layout);
  summary(() => {
    bench(`${sample}, ${bytes.length} bytes, into columns`, () =>
      do_not_optimize(parse(bytes, bytes.length, columns, 7)),
    ).gc('once');
    bench(`${sample}, by split() into a Map`, () => do_not_optimize(bySplitting(bytes, bytes.length))).gc('once');
  });
  await run();
}
