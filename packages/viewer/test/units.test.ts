/** The small parts of a query. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { jsonNumber } from '../src/http/json-number.ts';
import { Problem } from '../src/http/problem.ts';
import { parseTime } from '../src/http/time-text.ts';
import { Buckets } from '../src/query/buckets.ts';
import { gridOf } from '../src/query/grid.ts';
import { shownUnit } from '../src/recordings/metric.ts';
import { Rates } from '../src/query/rates.ts';
import { OpenWindows } from '../src/recordings/open-windows.ts';

t.test('a grid holds the whole range and is the same for all ranges of a step', async (t) => {
  const time = fc.integer({ min: 1e12, max: 2e12 });
  await holds(
    t,
    fc.property(
      time,
      fc.integer({ min: 1, max: 1e9 }),
      fc.constantFrom(50, 1000, 60_000),
      fc.integer({ min: 1, max: 5000 }),
      (from, length, interval, most) => {
        const to = from + length;
        const { from: start, step, buckets } = gridOf(from, to, interval, most);
        return (
          start <= from &&
          start + step > from &&
          start % step === 0 &&
          step % interval === 0 &&
          start + step * buckets >= to &&
          start + step * (buckets - 1) < to &&
          buckets <= most + 1
        );
      },
    ),
  );
});

t.test('buckets keep the least, the greatest and the mean', async (t) => {
  const value = fc.record({
    time: fc.integer({ min: -50, max: 1100 }),
    value: fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constant(NaN)),
  });
  await holds(
    t,
    fc.property(fc.array(value), (list) => {
      const buckets = new Buckets(0, 100, 10);
      // In two pieces, as from two files.
      for (const piece of [list.slice(0, 3), list.slice(3)]) {
        buckets.add(
          Float64Array.from(piece, ({ time }) => time),
          Float64Array.from(piece, ({ value: one }) => one),
        );
      }
      return Array.from({ length: 10 }, (_, at) => at).every((at) => {
        const own = list
          .filter(({ time, value: one }) => Math.floor(time / 100) === at && !Number.isNaN(one))
          .map(({ value: one }) => one);
        if (own.length === 0) return Number.isNaN(buckets.mean(at)) && Number.isNaN(buckets.lowest[at]);
        const mean = own.reduce((a, b) => a + b) / own.length;
        return (
          buckets.lowest[at] === Math.min(...own) &&
          buckets.highest[at] === Math.max(...own) &&
          Math.abs(buckets.mean(at) - mean) < 1e-3
        );
      });
    }),
  );
});

t.test('a counter that is set back has no value there, and goes on from what it is then', (t) => {
  const rates = new Rates(1);
  const of = (...rows: readonly (readonly [number, number])[]): number[] => [
    ...rates.of(
      Float64Array.from(rows, ([time]) => time),
      Float64Array.from(rows, ([, value]) => value),
    ),
  ];
  t.same(of([0, 10], [1000, 15], [2000, NaN]), [NaN, 5, NaN]);
  t.same(of([3000, 25], [4000, 3], [5000, 4], [5000, 9]), [5, NaN, 1, NaN], 'from piece to piece');
  t.end();
});

t.test('numbers of an answer have nine digits', async (t) => {
  await holds(
    t,
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const shown = jsonNumber(value)!;
      if (Number.isInteger(value)) return shown === value;
      return Math.abs(shown - Number(value.toPrecision(9))) <= Math.abs(value) * 1.1e-9 && String(shown).length <= 24;
    }),
  );
  t.equal(jsonNumber(1 / 3), 0.333333333);
  t.equal(jsonNumber(-123_456.789_123_4), -123_456.789);
  t.equal(jsonNumber(0.1 + 0.2 + 1), 1.3);
  t.equal(jsonNumber(1_234_567_890.5), 1_234_567_890);
  t.equal(jsonNumber(NaN), null);
  t.equal(jsonNumber(-Infinity), null);
});

t.test('what a chart is in', (t) => {
  t.equal(shownUnit({ kind: 'gauge', unit: 'bytes' }), 'bytes');
  t.equal(shownUnit({ kind: 'counter', unit: 'bytes' }), 'bytes/s');
  t.equal(shownUnit({ kind: 'counter', unit: 'usec' }), 'ratio');
  t.equal(shownUnit({ kind: 'counter', unit: null }), '1/s');
  t.end();
});

t.test('times as people write them', (t) => {
  const newest = Date.UTC(2026, 10, 21, 6);
  t.equal(parseTime('from', '-15m', newest), newest - 900_000);
  t.equal(parseTime('from', '-1.5h', newest), newest - 5_400_000);
  t.equal(parseTime('from', String(newest), 0), newest);
  t.equal(parseTime('from', '2026-11-21T06:00:00Z', 0), newest);
  for (const wrong of ['', 'now', '-1y', '12', '1e12', '99999999999999', 'NaN', '-15']) {
    t.throws(() => parseTime('from', wrong, newest), { code: 'bad_request', message: /^from: / }, wrong);
  }
  t.end();
});

t.test('whatever is given for a time, it is one or a problem', async (t) => {
  await holds(
    t,
    fc.property(fc.string(), (text) => {
      try {
        return Number.isFinite(parseTime('from', text, Date.UTC(2026, 10, 21)));
      } catch (error) {
        return error instanceof Problem;
      }
    }),
  );
});

t.test('a window that is closed between being listed and being read is not taken for one without rows', async (t) => {
  const directory = t.testdir({});
  const segment = join(directory, 'spool', 'run-1');
  mkdirSync(segment, { recursive: true });
  const info = {
    schemaVersion: 1,
    runId: 'run',
    number: 1,
    identifier: 'node',
    intervalMs: 1000,
    openedAt: 0,
    columns: { containers: [] },
  };
  writeFileSync(join(segment, 'segment.json'), JSON.stringify(info));
  const windows = new OpenWindows(directory);
  const [window] = windows.list();
  t.equal(window!.open('containers'), null, 'nothing has been recorded yet');
  t.equal(window!.open('processes'), null, 'it does not have this table');
  renameSync(segment, join(directory, 'spool', '.run-1'));
  t.throws(() => window!.open('containers'), { code: 'ENOENT' });
});
