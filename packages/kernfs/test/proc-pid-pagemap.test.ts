import { bytesPerCall } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { KernelFile } from '../src/kernel-file.ts';
import { PAGEMAP_ENTRY_BYTES, PageCounts } from '../src/proc-pid-pagemap.ts';

interface Counted {
  readonly present: number;
  readonly exclusive: number;
  readonly swapped: number;
}

/** Bit by bit, as the kernel's document numbers them. */
function slow(entries: readonly bigint[]): Counted {
  const has = (entry: bigint, bit: bigint): boolean => ((entry >> bit) & 1n) === 1n;
  return {
    present: entries.filter((entry) => has(entry, 63n)).length,
    exclusive: entries.filter((entry) => has(entry, 63n) && has(entry, 56n)).length,
    swapped: entries.filter((entry) => has(entry, 62n)).length,
  };
}

function wordsOf(entries: readonly bigint[], behind: number): Uint32Array {
  const buffer = new ArrayBuffer((entries.length + behind) * PAGEMAP_ENTRY_BYTES);
  new Uint8Array(buffer).fill(0xff);
  const view = new DataView(buffer);
  for (const [index, entry] of entries.entries()) view.setBigUint64(index * PAGEMAP_ENTRY_BYTES, entry, true);
  return new Uint32Array(buffer);
}

function counted({ present, exclusive, swapped }: PageCounts): Counted {
  return { present, exclusive, swapped };
}

const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const FILE = 1n << 61n;
const EXCLUSIVE = 1n << 56n;
const SOFT_DIRTY = 1n << 55n;
const PAGE = 0x12345n;

const TABLE: readonly (readonly [string, bigint, Counted])[] = [
  ['nothing is mapped', 0n, { present: 0, exclusive: 0, swapped: 0 }],
  ['memory of its own', PRESENT | EXCLUSIVE | PAGE, { present: 1, exclusive: 1, swapped: 0 }],
  ['the same without a page number', PRESENT | EXCLUSIVE, { present: 1, exclusive: 1, swapped: 0 }],
  ['a page that others map', PRESENT | FILE | PAGE, { present: 1, exclusive: 0, swapped: 0 }],
  ['a page of a file that nobody else maps', PRESENT | FILE | EXCLUSIVE, { present: 1, exclusive: 1, swapped: 0 }],
  ['a page in swap', SWAPPED | PAGE, { present: 0, exclusive: 0, swapped: 1 }],
  ['exclusive says nothing of a page that is not there', SWAPPED | EXCLUSIVE, { present: 0, exclusive: 0, swapped: 1 }],
  ['an empty entry that was written to', SOFT_DIRTY, { present: 0, exclusive: 0, swapped: 0 }],
];

void t.test('entries', (t) => {
  const counts = new PageCounts();
  for (const [name, entry, expected] of TABLE) {
    counts.reset();
    counts.add(wordsOf([entry], 1), 1);
    t.strictSame(counted(counts), expected, name);
  }
  t.end();
});

void t.test('agrees with the slow count, piece after piece', async (t) => {
  const counts = new PageCounts();
  const entry = fc.oneof(
    fc.constantFrom(...TABLE.map(([, value]) => value)),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  );
  await holds(
    t,
    fc.property(fc.array(fc.array(entry, { maxLength: 40 }), { maxLength: 4 }), (pieces) => {
      counts.reset();
      for (const piece of pieces) counts.add(wordsOf(piece, 3), piece.length);
      return isDeepStrictEqual(counted(counts), slow(pieces.flat()));
    }),
  );
  t.pass('and does not look behind the entries it was given');
});

void t.test('this process', { skip: process.platform !== 'linux' && 'needs /proc' }, (t) => {
  const counts = new PageCounts();
  const words = new Uint32Array(1024);
  const file = new KernelFile('/proc/self/pagemap', { whole: false });
  t.equal(file.open(), 0);
  const length = file.readAt(new Uint8Array(words.buffer), (0x400000 / 4096) * PAGEMAP_ENTRY_BYTES, 512);
  file.close();
  t.equal(length, 512, 'a read gives what was asked for');
  counts.add(words, length / PAGEMAP_ENTRY_BYTES);
  t.ok(counts.present <= 64 && counts.exclusive <= counts.present);
  t.end();
});

void t.test('allocates nothing', (t) => {
  const counts = new PageCounts();
  const words = wordsOf(
    Array.from({ length: 512 }, (_, index) => TABLE[index % TABLE.length]![1]),
    0,
  );
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 1; attempt++) {
    allocated = bytesPerCall(2_000, () => {
      counts.reset();
      counts.add(words, 512);
    });
  }
  t.ok(allocated < 1, `a slice allocates ${allocated.toFixed(2)} bytes`);
  t.end();
});
