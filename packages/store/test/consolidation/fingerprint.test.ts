import * as path from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Fingerprint } from '../../src/consolidation/fingerprint.ts';
import { PageReader } from '../../src/read/page-reader.ts';
import { SourceFile } from '../../src/read/source-file.ts';
import { TickSet } from '../../src/consolidation/tick-set.ts';
import { columnsNamed, containerRow, HOUR, type WindowRow, writeWindow } from './window-file.ts';

const columns = columnsNamed('containers', ['time', 'tick', 'container_id', 'pod', 'memory_current_bytes']);
let number = 0;

function fingerprintOf(base: string, rows: readonly WindowRow[]): Fingerprint {
  const directory = path.join(base, String(number++));
  const source = SourceFile.open(writeWindow(directory, { table: 'containers', start: HOUR, number, rows, columns }));
  const found = new Fingerprint();
  for (const _ of found.add(source, new PageReader()));
  source.close();
  return found;
}

const ROWS = Array.from({ length: 6 }, (_, index) =>
  containerRow(`c${index}`, index, {
    pod: index === 2 ? null : `p${index % 2}`,
    memory_current_bytes: index === 4 ? null : 7n,
  }),
);
const changed = (at: number, cells: WindowRow): WindowRow[] =>
  ROWS.map((row, index) => (index === at ? { ...row, ...cells } : row));

t.test('the order of rows makes no difference, and neither does how they are spread over files', async (t) => {
  const base = t.testdir();
  const whole = fingerprintOf(base, ROWS);
  t.equal(whole.difference(fingerprintOf(base, ROWS.toReversed())), null);
  const parts = fingerprintOf(base, ROWS.slice(0, 2));
  parts.join(fingerprintOf(base, ROWS.slice(2)));
  t.equal(whole.difference(parts), null);
});

for (const [what, rows, difference] of [
  ['a row less', ROWS.slice(1), /6 rows wanted, found 5/],
  ['a row twice in the place of another', [...ROWS.slice(0, 5), ROWS[0]!], /ticks|other values/],
  ['another tick', changed(1, { tick: 9n }), /other values/],
  ['a tick less', changed(1, { tick: ROWS[0]!['tick']! }), /6 ticks wanted, found 5/],
  ['another number', changed(1, { memory_current_bytes: 8n }), /other values of memory_current_bytes/],
  [
    'a number that differs in its high word',
    changed(1, { memory_current_bytes: 7n + 2n ** 40n }),
    /other values of memory/,
  ],
  [
    'a value that is absent',
    changed(1, { memory_current_bytes: null }),
    /5 values of memory_current_bytes wanted, found 4/,
  ],
  [
    'absence in another row',
    changed(1, { memory_current_bytes: null }).map((row, index) =>
      index === 4 ? { ...row, memory_current_bytes: 7n } : row,
    ),
    /other values of memory_current_bytes/,
  ],
  [
    'two texts in each other’s rows',
    changed(0, { pod: 'p1' }).map((row, index) => (index === 1 ? { ...row, pod: 'p0' } : row)),
    /other values of pod/,
  ],
  ['an empty text for none', changed(2, { pod: '' }), /5 values of pod wanted, found 6/],
] as const) {
  t.test(`${what} is seen`, async (t) => {
    const base = t.testdir();
    t.match(fingerprintOf(base, ROWS).difference(fingerprintOf(base, rows)), difference);
  });
}

t.test('ticks are counted once each', async (t) => {
  const tick = fc.oneof(fc.nat(5000), fc.maxSafeInteger());
  await holds(
    t,
    fc.property(fc.array(tick), fc.array(tick), (some, more) => {
      const [a, b] = [new TickSet(), new TickSet()];
      for (const one of some) a.add(one);
      for (const one of more) b.add(one);
      a.join(b);
      return a.size === new Set([...some, ...more]).size;
    }),
  );
});
