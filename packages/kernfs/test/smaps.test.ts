import { blockColumns, Columns, makeLayout, MALFORMED, OK, OVERFLOW } from '@fgm/catalog';
import { bytesPerCall, HOSTILE_BYTES } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { KernelFile } from '../src/kernel-file.ts';
import { SmapsGroups } from '../src/smaps.ts';
import { edges } from './suite/edges.ts';
import { hostileText } from './suite/hostile-text.ts';
import { mutated } from './suite/mutations.ts';
import { latin1 } from './suite/outcome.ts';

const FIXTURES = new URL('../../../test-fixtures/smaps/', import.meta.url);
const layout = makeLayout('mappings', blockColumns('mappings'), 64);
const columns = new Columns(layout);
const FIELDS = layout.columns.flatMap(({ source, key, name }, column) =>
  source === '/proc/PID/smaps' && key !== undefined ? [{ key, name, column }] : [],
);

type Sums = Record<string, Record<string, number>>;

/** Sums by mapping name, parsed by splitting; null when the text is no smaps. */
function slow(text: string): Sums | null {
  if (text !== '' && !text.endsWith('\n')) return null;
  const groups: Sums = {};
  const counts: number[] = [];
  let group: Record<string, number> | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    if (/^[0-9a-f]/.test(line)) {
      const name = /^[^ ]* [^ ]* [^ ]* [^ ]* [^ ]*[ \t]*(.*)$/s.exec(line)?.[1];
      if (name === undefined) return null;
      group = groups[`:${name}`] ??= { region_count: 0 };
      group['region_count']!++;
      counts.push(0);
      continue;
    }
    const colon = line.indexOf(':');
    if (group === undefined || colon <= 0) return null;
    const field = FIELDS.find(({ key }) => key === line.slice(0, colon));
    if (field === undefined) continue;
    const value = /^[ \t]*([0-9]+) kB$/.exec(line.slice(colon + 1))?.[1];
    if (value === undefined || BigInt(value) > 2n ** 53n) return null;
    group[field.name] = (group[field.name] ?? 0) + Number(value) * 1024;
    counts[counts.length - 1]!++;
  }
  for (const sums of Object.values(groups)) {
    // A sum that is too large is absent.
    for (const [name, sum] of Object.entries(sums)) if (sum > 2 ** 53) delete sums[name];
  }
  return counts.length > 1 && counts.at(-1)! < counts[0]! ? null : groups;
}

/** Sums as the parser gives them for a text that arrives cut at these places. */
function fast(groups: SmapsGroups, text: string, cuts: readonly number[] = []): Sums | null {
  const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((one, other) => one - other), text.length];
  groups.reset();
  for (const [index, from] of places.slice(0, -1).entries()) {
    const piece = latin1(text.slice(from, places[index + 1]));
    if (groups.push(piece, piece.length) >= MALFORMED) return null;
    piece.fill(0x39);
  }
  return groups.finish() >= MALFORMED ? null : sumsOf(groups);
}

function sumsOf(groups: SmapsGroups): Sums {
  const sums: Sums = {};
  for (let group = 0; group < groups.count; group++) {
    groups.write(group, columns, 5);
    const present = layout.columns.flatMap(({ name }, column) =>
      columns.isValid(column, 5) ? [[name, columns.getInt(column, 5)] as const] : [],
    );
    sums[`:${groups.names.text(groups.name(group))}`] = Object.fromEntries(present);
  }
  return sums;
}

const name = fc.constantFrom(
  '',
  '/usr/lib/a b.so',
  '/tmp/x (deleted)',
  '[heap]',
  '[anon:glibc malloc]',
  '/memfd:x: 5 kB (deleted)',
);
const number = fc.oneof(fc.nat({ max: 99_999 }), fc.constantFrom(0, 2 ** 40));
const region = fc
  .tuple(name, fc.array(number, { minLength: 3, maxLength: 3 }), fc.boolean())
  .map(([of, [size, rss, pss], flags]) =>
    [
      `55be8495e000-55be84960000 r--p 00000000 fe:00 247278${of === '' ? ' ' : `                     ${of}`}`,
      `Size:            ${size} kB`,
      'KernelPageSize:        4 kB',
      `Rss:             ${rss} kB`,
      `Pss:             ${pss} kB`,
      ...(flags ? ['THPeligible:           0', 'VmFlags: rd mr mw me '] : []),
      '',
    ].join('\n'),
  );
const text = fc.array(region, { maxLength: 6 }).map((regions) => regions.join(''));
const cuts = fc.array(fc.nat({ max: 1_500 }), { maxLength: 8 });

edges({ family: 'smaps', parse: (text) => fast(new SmapsGroups(layout), text), twin: slow });

void t.test('real samples', (t) => {
  for (const file of readdirSync(FIXTURES)) {
    const sample = readFileSync(new URL(file, FIXTURES), 'latin1');
    const expected = slow(sample)!;
    t.ok(Object.keys(expected).length > 3, file);
    t.strictSame(fast(new SmapsGroups(layout), sample), expected, 'in one piece');
    const everywhere = Array.from({ length: sample.length }, (_, index) => index);
    t.strictSame(fast(new SmapsGroups(layout), sample, everywhere), expected, 'byte by byte');
  }
  t.end();
});

void t.test('agrees with the slow parser wherever the text is damaged and cut', async (t) => {
  const groups = new SmapsGroups(layout);
  await holds(
    t,
    fc.property(fc.oneof(mutated(text), hostileText('smaps')), cuts, (sample, at) => {
      const expected = slow(sample);
      const found = fast(groups, sample, at);
      return isDeepStrictEqual(found, expected);
    }),
  );
  t.pass('one object for all of them, so nothing is left over from one to the next');
});

void t.test('a text that was cut', (t) => {
  const sample = readFileSync(new URL('v6.18.txt', FIXTURES), 'latin1');
  const groups = new SmapsGroups(layout);
  const starts = new Set([...sample.matchAll(/^[0-9a-f]+-/gm)].map(({ index }) => index));
  // Lines after the last summed field of a region (THPeligible, VmFlags) can be lost without loss.
  const harmless = (length: number): boolean => /(THPeligible|VmFlags|Locked)[^\n]*\n$/.test(sample.slice(0, length));
  const taken: number[] = [];
  for (let length = 1; length < Math.min(sample.length, 6_000); length++) {
    const complete = fast(groups, sample.slice(0, length)) !== null;
    const firstRegion = ![...starts].some((start) => start > 0 && start < length);
    const allowed = sample[length - 1] === '\n' && (firstRegion || harmless(length));
    if (complete !== allowed) taken.push(length);
  }
  t.strictSame(taken, [], 'is refused unless the cut is between two regions, or inside the very first');
  t.end();
});

void t.test('what is wrong is told by its offset in the whole text', (t) => {
  const groups = new SmapsGroups(layout);
  const good = '0-1 r--p 0 0:0 0 /a\nRss:  1 kB\n';
  const bad = 'Rss:  1 MB\n';
  for (const cut of [0, 5, good.length, good.length + 3]) {
    groups.reset();
    const whole = latin1(good + bad);
    let status = groups.push(whole.subarray(0, cut), cut);
    if (status < MALFORMED) status = groups.push(whole.subarray(cut), whole.length - cut);
    const offset = status - MALFORMED;
    t.ok(offset >= good.length && offset < good.length + bad.length, `cut at ${cut}: ${offset}`);
    t.equal(groups.count, 0, 'no groups are left');
  }
  for (const { name: what, bytes } of HOSTILE_BYTES) {
    groups.reset();
    const status = groups.push(bytes, bytes.length);
    t.ok(status === OK || status - MALFORMED <= bytes.length, what);
  }
  t.end();
});

void t.test('a line without end is given up', (t) => {
  const groups = new SmapsGroups(layout);
  const piece = new Uint8Array(4096).fill(0x41);
  let pieces = 0;
  for (let status = OK; status < MALFORMED && pieces < 100; pieces++) status = groups.push(piece, piece.length);
  t.ok(pieces < 20, `after ${pieces} pieces of 4 KiB`);
  t.end();
});

void t.test('names', (t) => {
  const groups = new SmapsGroups(layout);
  const of = (path: string): string => `0-1 r--p 0 0:0 0 ${path}\nRss:  1 kB\n`;
  fast(groups, of('/a') + of('/b') + of('/a'));
  t.equal(groups.count, 2);
  fast(groups, of('/b'));
  t.equal(groups.names.text(groups.name(0)), '/b');
  t.equal(groups.names.size, 2, 'keep their numbers between processes');
  const { generation } = groups;
  const piece = latin1(of('/a'));
  for (let process = 0; process < 60; process++) {
    groups.reset();
    for (let index = 0; index < 1_000; index++) {
      const unique = latin1(of(`/memfd:${process}-${index}`));
      groups.push(unique, unique.length);
    }
  }
  groups.reset();
  t.ok(groups.names.size < 60_000 && groups.generation > generation, 'are forgotten when there are too many');
  groups.push(piece, piece.length);
  t.equal(groups.finish(), OK);
  t.strictSame(sumsOf(groups), { ':/a': { region_count: 1, smaps_rss_bytes: 1024 } });
  t.end();
});

void t.test('sums that are too large are absent', (t) => {
  const groups = new SmapsGroups(layout);
  const sample = latin1('0-1 r--p 0 0:0 0 /a\nRss:  9007199254740992 kB\nPss:  1 kB\n');
  groups.reset();
  t.equal(groups.push(sample, sample.length), OK);
  t.equal(groups.write(0, columns, 5), OVERFLOW);
  t.strictSame(sumsOf(groups), { ':/a': { region_count: 1, smaps_pss_bytes: 1024 } });
  t.end();
});

void t.test('totals over all groups', (t) => {
  const groups = new SmapsGroups(layout);
  fast(groups, '0-1 r--p 0 0:0 0 /a\nRss:  3 kB\n1-2 r--p 0 0:0 0 \nRss:  4 kB\n');
  const totals = new Float64Array(2);
  t.equal(groups.total(groups.keys.indexOf('Rss'), totals, 1), true);
  t.strictSame([...totals], [0, 7], 'in kB');
  t.equal(groups.total(groups.keys.indexOf('Pss'), totals, 0), false, 'a field that the kernel does not print');
  t.end();
});

void t.test('this process', { skip: process.platform !== 'linux' && 'needs /proc' }, (t) => {
  const groups = new SmapsGroups(layout);
  const file = new KernelFile('/proc/self/smaps', { whole: false });
  const piece = new Uint8Array(3_600);
  file.open();
  groups.reset();
  let position = 0;
  let status = OK;
  for (let count = -1; count !== 0 && status === OK; position += count) {
    count = file.readAt(piece, position);
    status = groups.push(piece, count);
  }
  file.close();
  t.equal(status, OK);
  t.equal(groups.finish(), OK);
  const sums = sumsOf(groups);
  const node = sums[`:${process.execPath}`]!;
  t.ok(
    node['smaps_rss_bytes']! > 1e6 && node['smaps_size_bytes']! >= node['smaps_rss_bytes']!,
    'its program is in memory',
  );
  t.ok(':[heap]' in sums, 'it has a heap');
  t.end();
});

void t.test('allocates nothing for names it knows', (t) => {
  const groups = new SmapsGroups(layout);
  const sample = latin1(readFileSync(new URL('v6.1-systemd.txt', FIXTURES), 'latin1'));
  const pieces = Array.from({ length: Math.ceil(sample.length / 3_600) }, (_, index) =>
    sample.subarray(index * 3_600, (index + 1) * 3_600),
  );
  const walk = (): void => {
    groups.reset();
    for (let index = 0; index < pieces.length; index++) groups.push(pieces[index]!, pieces[index]!.length);
    groups.finish();
  };
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= 4; attempt++) allocated = bytesPerCall(1_000, walk);
  t.ok(allocated < 4, `a walk over ${sample.length} bytes allocates ${allocated.toFixed(2)}`);
  t.end();
});
