import { holds } from '../src/property.ts';
import fc from 'fast-check';
import t from 'tap';
import { mediansOf, trendOf, type Point } from '../src/index.ts';

/** Numbers from 0 to 1 that are the same each time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

function series(length: number, value: (index: number) => number): Point[] {
  return Array.from({ length }, (_, index) => [index, value(index)]);
}

t.test('a straight line has its slope, whatever it is, and no doubt about it', async (t) => {
  await holds(
    t,
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer(),
      fc.integer({ min: 4, max: 60 }),
      (slope, at, length) => {
        const trend = trendOf(series(length, (x) => at + slope * x));
        t.same(trend, { slope, low: slope, high: slope });
      },
    ),
  );
});

t.test('outliers bend nothing', (t) => {
  const trend = trendOf(series(40, (x) => (x % 10 === 3 ? 1e6 : 5 * x)));
  t.equal(trend.slope, 5);
  t.ok(trend.low > 0);
  t.end();
});

t.test('the interval holds the true slope in about 19 of 20 series of noise', (t) => {
  for (const slope of [0, 0.5]) {
    let held = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const next = random(seed);
      const { low, high } = trendOf(series(40, (x) => slope * x + next() * 20));
      if (low <= slope && slope <= high) held++;
    }
    t.ok(held >= 365 && held <= 398, `slope ${slope}: ${held} of 400`);
  }
  t.end();
});

t.test('it is wider where neighbours are alike', (t) => {
  const wander = (seed: number, keep: number): Point[] => {
    const next = random(seed);
    let value = 0;
    return series(60, () => (value = keep * value + next() - 0.5));
  };
  let alarms = 0;
  for (let seed = 1; seed <= 400; seed++) if (trendOf(wander(seed, 0.7)).low > 0) alarms++;
  t.ok(alarms <= 28, `${alarms} of 400 series without a trend are taken for growth; 10 is the ideal`);
  t.end();
});

t.test('a series that stands still has no trend', (t) => {
  t.same(trendOf(series(20, () => 7)), { slope: 0, low: 0, high: 0 });
  t.throws(() => trendOf(series(3, (x) => x)), { message: 'a trend takes 4 points, found 3' });
  t.end();
});

t.test('medians of spans', (t) => {
  t.same(
    mediansOf(
      series(10, (x) => (x === 2 ? 99 : x)),
      3,
    ),
    [
      [1, 1],
      [4, 4],
      [7.5, 7.5],
    ],
  );
  t.same(
    mediansOf(
      [
        [0, 1],
        [100, 3],
      ],
      10,
    ),
    [
      [0, 1],
      [100, 3],
    ],
    'spans without points are left out',
  );
  t.end();
});
