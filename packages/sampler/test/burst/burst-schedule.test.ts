import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { BurstSchedule } from '../../src/burst/burst-schedule.ts';

const START = 1_700_000_000_000;

/** Sleeps and takes sub-ticks through one second, as the loop of a shard does. @returns when they were, after START */
function second(schedule: BurstSchedule, needed: number, wakeLate = 0): number[] {
  const taken: number[] = [];
  let now = START;
  schedule.restart(now);
  for (;;) {
    const left = START + 1000 - now;
    if (left <= 0) return taken;
    const wait = schedule.until(now, left, needed);
    if (wait > 0) now += wait + wakeLate;
    else {
      taken.push(now - START);
      now += needed;
    }
  }
}

t.test('sub-ticks lie between ticks, at multiples of their interval', async (t) => {
  const schedule = new BurstSchedule(100);
  t.same(second(schedule, 2), [100, 200, 300, 400, 500, 600, 700, 800, 900]);
  t.equal(schedule.skipped, 0);
});

t.test('an interval that does not divide the other', async (t) => {
  const taken = second(new BurstSchedule(300), 1);
  t.equal(taken.length, 3);
  t.ok(taken.every((time) => (START + time) % 300 === 0));
});

t.test('only every fifth multiple, and each again', async (t) => {
  const schedule = new BurstSchedule(100);
  schedule.restart(START);
  t.equal(schedule.until(START + 30, 970, 1, 5), 470);
  t.equal(schedule.until(START + 500, 500, 1, 5), 0);
  t.equal(schedule.number % 5, 0);
  t.equal(schedule.until(START + 501, 499, 1, 5), 499);
  t.equal(schedule.until(START + 501, 499, 1), 99, 'the one after it is the next');
  schedule.restart(START + 1010);
  t.equal(schedule.until(START + 1600, 400, 1, 5), 400, 'one that is later than half a sub-tick is left out');
  t.equal(schedule.skipped, 1, 'and none of those between was due');
});

t.test('the tick goes before a sub-tick that would not be done in time', async (t) => {
  const schedule = new BurstSchedule(100);
  t.same(second(schedule, 99.5), [100, 200, 300, 400, 500, 600, 700, 800], 'at 900 there is no time for one more');
  t.equal(schedule.skipped, 1);
});

t.test('what is late is not caught up', async (t) => {
  const schedule = new BurstSchedule(100);
  schedule.restart(START);
  t.equal(schedule.until(START + 430, 570, 1), 0, 'a little late is taken');
  t.equal(schedule.skipped, 3, 'and those before it are not');
  t.equal(schedule.until(START + 431, 569, 1), 69);
  t.equal(schedule.until(START + 580, 420, 1), 20, 'very late is left out');
  t.equal(schedule.skipped, 4);
});

t.test('however it is called, it never asks for more sleep than there is until the tick', async (t) => {
  const step = fc.record({
    pass: fc.double({ min: 0, max: 400, noNaN: true }),
    left: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  });
  const property = fc.property(fc.array(step), fc.integer({ min: 20, max: 500 }), (steps, interval) => {
    const schedule = new BurstSchedule(interval);
    schedule.restart(START);
    let now = START;
    return steps.every(({ pass, left }) => {
      now += pass;
      const wait = schedule.until(now, left, 1);
      return wait >= 0 && wait <= left;
    });
  });
  await holds(t, property);
});
