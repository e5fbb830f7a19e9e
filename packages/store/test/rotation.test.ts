import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Boundary } from '../src/rotation.ts';

const DAY_MS = 86_400_000;

t.test('a window has the length it should have, and lies in one day', async (t) => {
  const interval = fc.constantFrom(50, 100, 333, 700, 1000, 7000, 60_000);
  const rotation = fc.integer({ min: 50, max: DAY_MS });
  await holds(
    t,
    fc.property(interval, rotation, fc.integer({ min: 0, max: 4e12 }), (intervalMs, rotationMs, time) => {
      const boundary = new Boundary(intervalMs);
      const first = Math.floor(time / intervalMs);
      boundary.enter(first, rotationMs);
      const ticks = boundary.end - first;
      const day = (tick: number): number => Math.floor((tick * intervalMs) / DAY_MS);
      const wanted = Math.max(1, Math.round(rotationMs / intervalMs));
      return (
        ticks >= 1 &&
        ticks <= wanted &&
        day(boundary.end - 1) === day(first) &&
        (boundary.reason === 'midnight') === ticks < wanted &&
        (ticks === wanted || day(boundary.end) === day(first) + 1)
      );
    }),
  );
  t.pass('property held');
});

t.test('only the first tick decides, and a cut can only come earlier', async (t) => {
  const boundary = new Boundary(1000);
  t.equal(boundary.end, Infinity);
  boundary.enter(1000, 90_000);
  boundary.enter(1050, 90_000);
  t.equal(boundary.end, 1090);
  boundary.cut(1095, 'size');
  t.equal(boundary.end, 1090);
  boundary.cut(1060, 'size');
  t.equal(boundary.end, 1060);
  t.equal(boundary.reason, 'size');
  boundary.extend(5);
  t.equal(boundary.end, 1065);
  boundary.clear();
  t.equal(boundary.end, Infinity);
});

t.test('ticks before the window', async (t) => {
  const boundary = new Boundary(1000);
  const midnight = DAY_MS / 1000;
  t.notOk(boundary.precedes(5, 90_000), 'there is no window yet');
  boundary.enter(midnight + 10, 90_000);
  t.notOk(boundary.precedes(midnight + 1, 90_000), 'late');
  t.ok(boundary.precedes(midnight - 1, 90_000), 'another day');
  boundary.clear();
  boundary.enter(midnight + 1000, 90_000);
  t.notOk(boundary.precedes(midnight + 910, 90_000));
  t.ok(boundary.precedes(midnight + 909, 90_000), 'set back by more than a window');
});
