import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { zstdDecompressSync } from 'node:zlib';
import t from 'tap';
import { compress, pinZstd } from '../src/zstd.ts';

const PINNED = '1.5.7';
/** Up to here a libzstd that is told all at once does what one does that is told bit by bit, as that of Node.js. */
const MOST_BYTES = 1 << 17;

/** Columns as they are: little-endian values that move a little, and none of it for a while. */
const page = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: -5000, max: 5000 })), { maxLength: 60 })
  .map((pieces) => {
    const values: number[] = [];
    let value = 2 ** 30;
    for (const [length, step] of pieces)
      for (let at = 0; at < length; at++) values.push((value += at % 3 === 0 ? step : 0));
    return new Uint8Array(Float64Array.from(values).buffer).subarray(0, MOST_BYTES);
  });
const bytes = fc.oneof(page, fc.uint8Array({ maxLength: 4000 }));
const level = fc.integer({ min: 1, max: 22 });

void t.test('what comes with this software makes the bytes that Node.js makes with that libzstd', async (t) => {
  const cases = fc.sample(fc.tuple(bytes, level), 200).map(([data, at]) => ({ data, at, by: compress(data, at) }));
  await pinZstd();
  const other = cases.filter(({ data, at, by }) => Buffer.compare(compress(data, at), by) !== 0);
  const found = process.versions['zstd'] === PINNED ? other.map(({ data, at }) => [at, data.length]) : [];
  t.same(found, []);
});

void t.test('what was compressed is what there was', async (t) => {
  await pinZstd();
  const same = (data: Uint8Array, at: number): boolean =>
    Buffer.compare(zstdDecompressSync(compress(data, at)), data) === 0;
  await holds(t, fc.property(bytes, level, same), 300);
  t.ok(same(Buffer.alloc(2 ** 22, 'a page of command lines '), 3), 'more than a page');
});
