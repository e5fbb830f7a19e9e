import t from 'tap';
import { STEP_MS, TickClock, type Clock } from '../src/tick-clock.ts';

/** A clock that a test moves: both hands together, or the wall clock alone. */
class HandClock implements Clock {
  #monotonic = 5_000;
  #wall: number;
  constructor(wall: number) {
    this.#wall = wall;
  }
  monotonic(): number {
    return this.#monotonic;
  }
  wall(): number {
    return Math.floor(this.#wall);
  }
  pass(milliseconds: number): void {
    this.#monotonic += milliseconds;
    this.#wall += milliseconds;
  }
  step(milliseconds: number): void {
    this.#wall += milliseconds;
  }
}

const START = 1_700_000_000_000;

t.test('ticks are wall-clock multiples of the interval', async (t) => {
  const hands = new HandClock(START + 300);
  const clock = new TickClock(1000, hands);
  t.equal(clock.untilNext(), 700);
  hands.pass(700);
  t.equal(clock.untilNext(), 0);
  t.equal(clock.take(), 0, 'nothing was missed before the first');
  t.equal(clock.last(), START / 1000 + 1);
  t.equal(clock.untilNext(), 1000);
});

t.test('waiting awake ends when the tick is due', async (t) => {
  let reads = 0;
  const clock = new TickClock(1000, { monotonic: () => 7000 + reads++ * 0.25, wall: () => START + 999 });
  t.ok(clock.waitAwake());
  t.ok(clock.untilNext() <= 0);
  t.ok(clock.untilNext() > -2, 'and not long after');
});

t.test('a late tick is not caught up, and those it swallowed are counted', async (t) => {
  const hands = new HandClock(START);
  const clock = new TickClock(100, hands);
  hands.pass(100);
  clock.take();
  hands.pass(1_050);
  t.ok(clock.untilNext() < 0, 'due');
  t.equal(clock.take(), 9, 'ten intervals passed, the tenth is taken');
  t.equal(clock.lateness(), 50);
  t.equal(clock.untilNext(), 50, 'aligned again at once');
});

for (const step of [-3_600_000, -STEP_MS - 1, STEP_MS + 1, 86_400_000]) {
  t.test(`a step of the wall clock by ${step} ms is followed and is no missed tick`, async (t) => {
    const hands = new HandClock(START);
    const clock = new TickClock(1000, hands);
    hands.pass(1000);
    clock.take();
    hands.step(step);
    hands.pass(1000);
    const found = clock.followWall();
    t.ok(Math.abs(found - step) <= 1, `reported ${found}`);
    t.equal(clock.current(), Math.floor((START + 2000 + step + 0.5) / 1000));
    hands.pass(1000);
    t.equal(clock.take(), 0);
  });
}

t.test('a clock that is slewed is followed without a report', async (t) => {
  const hands = new HandClock(START);
  const clock = new TickClock(1000, hands);
  for (let second = 0; second < 200; second++) {
    hands.pass(1000);
    hands.step(0.5); // the fastest that adjtime() slews
    t.equal(clock.followWall(), 0);
    clock.take();
  }
  t.ok(Math.abs(clock.now() - hands.wall()) < 10, 'stays with it');
});
