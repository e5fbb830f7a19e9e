/** What a footer is read for quickly is what its whole tree says. */
import * as fs from 'node:fs';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { parseFooterBytes, readFooterBytes } from '../../src/footer.ts';
import { readPlaces } from '../../src/read/file-places.ts';
import { columnsOfFooter } from '../../src/read/source-columns.ts';
import { Unusable } from '../../src/read/unusable.ts';
import { numberAt, structAt, structsAt, type ThriftStruct } from '../../src/thrift.ts';
import { writeHour } from '../consolidation/window-file.ts';

const GROUPS = 4;
const COLUMNS = 1;
const META = 3;
const DATA_PAGE = 9;
const DICTIONARY_PAGE = 11;
const LENGTH = 7;

/** The same by way of the tree. */
function slowly(footer: Uint8Array) {
  const { file, rows, metadata } = parseFooterBytes(footer);
  const groups = structsAt(file, GROUPS);
  const chunks = groups.flatMap((group) => structsAt(group, COLUMNS).map((chunk) => structAt(chunk, META)));
  const start = (meta: ThriftStruct): number =>
    Math.min(meta.has(DICTIONARY_PAGE) ? numberAt(meta, DICTIONARY_PAGE) : Infinity, numberAt(meta, DATA_PAGE));
  return {
    rows,
    groups: groups.length,
    columns: columnsOfFooter(parseFooterBytes(footer)),
    metadata: new Map([...metadata].filter(([key]) => key !== 'ARROW:schema')),
    starts: chunks.map(start),
    lengths: chunks.map((meta) => numberAt(meta, LENGTH)),
  };
}

function quickly(footer: Uint8Array, bytes: number) {
  const { rows, groups, columns, metadata, starts, lengths } = readPlaces(footer, bytes);
  return { rows, groups: groups.length, columns, metadata, starts: [...starts], lengths: [...lengths] };
}

t.test('the quick way and the slow one agree', (t) => {
  for (const file of writeHour(t.testdir(), 2)) {
    const footer = readFooterBytes(file);
    const { size } = fs.statSync(file);
    t.same(quickly(footer, size), slowly(footer));
    t.same(quickly(footer, size), slowly(footer), 'and again, when its columns are known');
    const { extremes, index } = readPlaces(footer, size);
    t.ok(index.get('container_id')! >= 0);
    const [ids] = extremes.get('container_id')!;
    t.ok(Buffer.compare(ids!.lowest, ids!.highest) <= 0);
    t.equal(extremes.get('time')![0]!.lowest.length, 8);
  }
  t.end();
});

t.test('of damaged footers they say the same, or both nothing', async (t) => {
  const [file] = writeHour(t.testdir(), 1);
  const footer = readFooterBytes(file!);
  const { size } = fs.statSync(file!);
  const damage = fc.record({ at: fc.nat(footer.length - 1), with: fc.integer({ min: 1, max: 255 }) });
  await holds(
    t,
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), fc.option(fc.nat(footer.length)), (list, cut) => {
      const damaged = footer.slice(0, cut ?? undefined);
      for (const one of list) if (one.at < damaged.length) damaged[one.at]! ^= one.with;
      let found: ReturnType<typeof quickly>;
      try {
        found = quickly(damaged, size);
      } catch (cause) {
        return cause instanceof Unusable || cause instanceof RangeError || cause instanceof SyntaxError;
      }
      // What it takes, the slow way takes as well, and reads the same.
      return JSON.stringify([found.starts, found.lengths, found.rows]) === JSON.stringify(pick(slowly(damaged)));
    }),
  );
});

function pick({ starts, lengths, rows }: ReturnType<typeof slowly>): unknown[] {
  return [starts, lengths, rows];
}
