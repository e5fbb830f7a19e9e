import t from 'tap';
import { SlicedWalk } from '../src/sliced-walk.ts';

/** A walk of so many steps, each of which takes a millisecond. */
function* steps(count: number, onStep: () => void): Generator<void, void, void> {
  for (let step = 0; step < count; step++) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    onStep();
    yield;
  }
}

t.test('a short walk is over before run() returns', async (t) => {
  let walks = 0;
  const walk = new SlicedWalk(
    () => steps(0, () => {}),
    () => walks++,
  );
  walk.run();
  walk.run();
  t.equal(walks, 2);
});

t.test('a long one lets events through, and is followed by one that was asked for meanwhile', async (t) => {
  let taken = 0;
  const took: number[] = [];
  let second = () => {};
  const walk = new SlicedWalk(
    () => steps(10, () => taken++),
    (usec) => took.push(usec) === 2 && second(),
  );
  const both = new Promise<void>((resolve) => (second = resolve));
  walk.run();
  t.ok(taken > 0 && taken < 10, `${taken} steps at once`);
  walk.run();
  walk.run();
  await both;
  t.equal(taken, 20, 'asked for twice, walked once more');
  t.ok(took.every((usec) => usec >= 10_000));
});

t.test('cancelled, it does not go on', async (t) => {
  let taken = 0;
  const walk = new SlicedWalk(
    () => steps(10, () => taken++),
    () => t.fail('not done'),
  );
  walk.run();
  walk.run();
  walk.cancel();
  const before = taken;
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  t.equal(taken, before);
});
