import { MALFORMED, OK } from '@fgm/catalog';
import { bytesPerCall, HOSTILE_BYTES } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { KernelFile } from '../src/kernel-file.ts';
import { MappedRegions } from '../src/proc-pid-maps.ts';
import { edges } from './suite/edges.ts';
import { hostileText } from './suite/hostile-text.ts';
import { mutated } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';

const FIXTURES = new URL('../../../test-fixtures/proc-pid-maps/', import.meta.url);
const PAGE = 4096n;
const GAP = 512;

interface Region {
  readonly start: number;
  readonly end: number;
  readonly huge: boolean;
}

/** Regions in pages by regular expressions and big integers; null when the text is no maps. */
function slow(text: string): Region[] | null {
  if (text !== '' && !text.endsWith('\n')) return null;
  const regions: Region[] = [];
  let last = 0n;
  for (const line of text.split('\n').slice(0, -1)) {
    const parts = /^([0-9a-f]{1,16})-([0-9a-f]{1,16})(?: [^ ]*){3} [^ ]*[ \t]*(.*)$/s.exec(line);
    if (parts === null) return null;
    const [start, end] = [BigInt(`0x${parts[1]}`), BigInt(`0x${parts[2]}`)];
    if (start % PAGE !== 0n || end % PAGE !== 0n || end <= start || start < last) return null;
    last = end;
    if (start >= 2n ** 63n) continue;
    const huge = parts[3]!.startsWith('/anon_hugepage');
    regions.push({ start: Number(start / PAGE), end: Number(end / PAGE), huge });
  }
  return regions;
}

/** The regions as the class joins them, when they all arrive in one piece. */
function joined(regions: readonly Region[]): Region[] {
  const result: Region[] = [];
  for (const region of regions) {
    const before = result.at(-1);
    if (before && !before.huge && !region.huge && region.start - before.end < GAP)
      result[result.length - 1] = { ...before, end: region.end };
    else result.push(region);
  }
  return result;
}

/** Regions as they come out for a text that arrives cut at these places. */
function fast(regions: MappedRegions, text: string, cuts: readonly number[] = []): Region[] | null {
  const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((one, other) => one - other), text.length];
  const found: Region[] = [];
  regions.reset();
  for (const [index, from] of places.slice(0, -1).entries()) {
    const piece = latin1(text.slice(from, places[index + 1]));
    regions.clear();
    if (regions.push(piece, piece.length) >= MALFORMED) return null;
    piece.fill(0x39);
    for (let at = 0; at < regions.count; at++)
      found.push({ start: regions.starts[at]!, end: regions.ends[at]!, huge: regions.huge[at] === 1 });
  }
  return regions.finish() >= MALFORMED ? null : found;
}

function make(): MappedRegions {
  return new MappedRegions(Number(PAGE), GAP);
}

const name = fc.constantFrom('', '/usr/lib/a b.so', '/anon_hugepage (deleted)', '[heap]', '[anon: a-b c]', '/x\\012y');
const region = fc.tuple(
  fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2_000 }), fc.constantFrom(511, 512, 2 ** 34)),
  fc.integer({ min: 1, max: 2_000 }),
  name,
);
const text = fc
  .tuple(fc.constantFrom(1n, 0x55be8495en, 2n ** 44n), fc.array(region, { maxLength: 8 }), fc.boolean())
  .map(([first, list, vsyscall]) => {
    let at = first;
    const lines = list.map(([gap, pages, of]) => {
      const start = at + BigInt(gap);
      at = start + BigInt(pages);
      const hex = (page: bigint): string => (page * PAGE).toString(16).padStart(8, '0');
      return `${hex(start)}-${hex(at)} rw-p 00000000 00:11 29968 ${of === '' ? '' : `                     ${of}`}\n`;
    });
    if (vsyscall) lines.push('ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n');
    return lines.join('');
  });
const cuts = fc.array(fc.nat({ max: 900 }), { maxLength: 8 });

/** Joined again across the pieces: what a walk over the regions reads. */
function covered(regions: readonly Region[] | null): Region[] | null {
  return regions && joined(regions);
}

edges({ family: 'proc-pid-maps', parse: (text) => fast(make(), text), twin: (text) => covered(slow(text)) });

void t.test('real samples', (t) => {
  for (const file of readdirSync(FIXTURES)) {
    const sample = readFileSync(new URL(file, FIXTURES), 'latin1');
    const expected = joined(slow(sample)!);
    t.ok(expected.length >= 3, `${file}: ${expected.length} regions`);
    t.strictSame(fast(make(), sample), expected, 'in one piece');
    const everywhere = Array.from({ length: sample.length }, (_, index) => index);
    t.strictSame(covered(fast(make(), sample, everywhere)), expected, 'byte by byte');
  }
  const hugetlb = readFileSync(new URL('v6.18-hugetlb.txt', FIXTURES), 'latin1');
  const huge = fast(make(), hugetlb)!.filter((one) => one.huge);
  t.strictSame(
    huge.map(({ start, end }) => (end - start) * 4),
    [2048, 4096],
    'huge pages are told apart, one mapping from the next',
  );
  t.end();
});

void t.test('agrees with the slow parser wherever the text is damaged and cut', async (t) => {
  const regions = make();
  await holds(
    t,
    fc.property(fc.oneof(mutated(text), hostileText('proc-pid-maps')), cuts, (sample, at) => {
      const expected = slow(sample);
      const whole = fast(regions, sample);
      return (
        isDeepStrictEqual(whole, expected && joined(expected)) &&
        isDeepStrictEqual(covered(fast(regions, sample, at)), whole)
      );
    }),
  );
  t.pass('one object for all of them, so nothing is left over from one to the next');
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['an end before its start', '2000-1000 r--p 0 0:0 0 \n'],
  ['a region of no pages', '1000-1000 r--p 0 0:0 0 \n'],
  ['regions that overlap', '1000-3000 r--p 0 0:0 0 \n2000-4000 r--p 0 0:0 0 \n'],
  ['an address inside a page', '1001-3000 r--p 0 0:0 0 \n'],
  ['an address of 17 digits', '10000000000000000-20000000000000000 r--p 0 0:0 0 \n'],
  ['capital digits', 'A000-B000 r--p 0 0:0 0 \n'],
  ['no second address', '1000- r--p 0 0:0 0 \n'],
  ['too few words', '1000-2000 r--p\n'],
  ['a line that is not ended', '1000-2000 r--p 0 0:0 0 '],
];

void t.test('what is wrong', (t) => {
  const regions = make();
  const good = '1000-2000 r--p 0 0:0 0 \n';
  for (const [what, bad] of REFUSED) {
    t.equal(fast(regions, bad), null, what);
    t.equal(regions.count, 0, 'no regions are left');
  }
  for (const cut of [0, 5, good.length, good.length + 3]) {
    regions.reset();
    const whole = latin1(`${good}2001-3000 r--p 0 0:0 0 \n`);
    let status = regions.push(whole.subarray(0, cut), cut);
    if (status < MALFORMED) status = regions.push(whole.subarray(cut), whole.length - cut);
    const offset = status - MALFORMED;
    t.ok(offset >= good.length && offset <= whole.length, `cut at ${cut}: ${offset} is its offset in the whole text`);
  }
  for (const { name: what, bytes } of HOSTILE_BYTES) {
    regions.reset();
    const status = regions.push(bytes, bytes.length);
    t.ok(status === OK || status - MALFORMED <= bytes.length, what);
  }
  t.end();
});

void t.test('a line without end is given up', (t) => {
  const regions = make();
  const piece = new Uint8Array(4096).fill(0x61);
  let pieces = 0;
  for (let status = OK; status < MALFORMED && pieces < 100; pieces++) status = regions.push(piece, piece.length);
  t.ok(pieces < 20, `after ${pieces} pieces of 4 KiB`);
  t.end();
});

void t.test('more regions than ever before', (t) => {
  const lines = Array.from({ length: 500 }, (_, index) => {
    const start = (BigInt(index) * 1000n + 1n) * PAGE;
    return `${start.toString(16)}-${(start + PAGE).toString(16)} r--p 0 0:0 0 \n`;
  });
  t.equal(fast(make(), lines.join(''))?.length, 500);
  t.end();
});

void t.test('this process', { skip: process.platform !== 'linux' && 'needs /proc' }, (t) => {
  const regions = make();
  const file = new KernelFile('/proc/self/maps', { whole: false });
  const piece = new Uint8Array(4096);
  t.equal(file.open(), 0);
  regions.reset();
  let pages = 0;
  let pieces = 0;
  for (let position = 0, count = -1; count !== 0; position += count, pieces++) {
    count = file.readAt(piece, position);
    regions.clear();
    t.equal(regions.push(piece, count), OK);
    for (let at = 0; at < regions.count; at++) pages += regions.ends[at]! - regions.starts[at]!;
  }
  file.close();
  t.equal(regions.finish(), OK);
  const size = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[0]);
  t.ok(pieces > 2 && pages > size * 0.9, `${pages} pages in ${pieces} pieces; its size is ${size}`);
  t.end();
});

void t.test('allocates nothing', (t) => {
  const regions = make();
  const sample = latin1(readFileSync(new URL('v6.18.txt', FIXTURES), 'latin1'));
  const pieces = Array.from({ length: Math.ceil(sample.length / 1_000) }, (_, index) =>
    sample.subarray(index * 1_000, (index + 1) * 1_000),
  );
  const walk = (): void => {
    regions.reset();
    for (let index = 0; index < pieces.length; index++) {
      regions.clear();
      regions.push(pieces[index]!, pieces[index]!.length);
    }
    regions.finish();
  };
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 4; attempt++) allocated = bytesPerCall(2_000, walk);
  t.ok(allocated < 4, `a text of ${sample.length} bytes allocates ${allocated.toFixed(2)}`);
  t.end();
});
