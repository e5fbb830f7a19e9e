/** Rises and falls are found with their slope, and random walks have none. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { trend } from '../src/index.ts';
import { kendall } from '../src/kendall.ts';
import { Generator, seriesOf, Tally, withGaps } from './generator.ts';

type Leak = (generator: Generator, length: number, slope: number) => Float64Array;

/** All of them rise by `slope` for each value, in noise of 1. */
const RISES: Readonly<Record<string, Leak>> = {
  ramp: (generator, length, slope) => generator.white(length).map((one, at) => one + slope * at),
  'ramp in noise with memory': (generator, length, slope) => {
    return generator.red(length, 0.7).map((one, at) => one * 0.7 + slope * at);
  },
  'leak below a garbage collector': (generator, length, slope) => {
    const period = generator.between(15, 45);
    return generator.white(length).map((one, at) => 0.3 * one + 4 * ((at / period) % 1) + slope * at);
  },
  'steps of pages': (generator, length, slope) => {
    return generator.white(length).map((one, at) => 4 * Math.round((one + slope * at) / 4));
  },
};

for (const [name, rise] of Object.entries(RISES)) {
  t.test(`${name}: the slope`, (t) => {
    const generator = new Generator(1);
    const [found, inside, close] = [new Tally(), new Tally(), new Tally()];
    for (let round = 0; round < 80; round++) {
      const length = Math.round(generator.between(200, 2000));
      const slope = (generator.between(4, 20) / length) * (round % 2 === 0 ? 1 : -1);
      const series = withGaps(
        seriesOf(rise(generator, length, slope), generator, 20),
        round % 3 === 0 ? 0.3 : 0,
        generator,
      );
      const result = trend(series);
      found.add(result !== null);
      if (result === null) continue;
      inside.add(result.slopeLow <= slope && slope <= result.slopeHigh);
      close.add(Math.abs(result.slope / slope - 1) < 0.2);
    }
    t.comment(`${name}: found ${found.text}, slope in its interval ${inside.text}, within a fifth ${close.text}`);
    t.ok(found.rate >= 0.9, found.text);
    t.ok(inside.rate >= 0.8, inside.text);
    t.ok(close.rate >= 0.85, close.text);
    t.end();
  });
}

const NOISES: Readonly<Record<string, (generator: Generator, length: number) => Float64Array>> = {
  'white noise': (generator, length) => generator.white(length),
  'noise with memory': (generator, length) => generator.red(length, generator.between(0.3, 0.98)),
  'memory of 0.9': (generator, length) => generator.red(length, 0.9),
  'random walk': (generator, length) => generator.red(length, 1),
  'heavy tails': (generator, length) => generator.heavy(length),
  'few steps': (generator, length) => generator.white(length).map(Math.round),
  staircase: (generator, length) => generator.staircase(length),
  'mostly missing': (generator, length) =>
    generator.white(length).map((one) => (generator.uniform() < 0.9 ? NaN : one)),
  counts: (generator, length) => generator.counts(length, 0.5),
  'slow sine': (generator, length) => generator.white(length).map((one, at) => one + 3 * Math.sin(at / 20)),
  constant: (_, length) => new Float64Array(length).fill(2 ** 30),
};

for (const [name, noise] of Object.entries(NOISES)) {
  t.test(`${name}: no trend`, (t) => {
    const generator = new Generator(2);
    const tally = new Tally();
    for (let round = 0; round < 200; round++) {
      tally.add(trend(seriesOf(noise(generator, Math.round(generator.between(60, 1500))))) !== null);
    }
    t.comment(`${name}: ${tally.text}`);
    t.ok(tally.rate <= (['random walk', 'slow sine', 'memory of 0.9'].includes(name) ? 0.04 : 0.025), tally.text);
    t.end();
  });
}

t.test('when a leak reaches its limit', (t) => {
  const generator = new Generator(3);
  // 1 MiB in 2 s towards 2 GiB, from 1 GiB on, in noise of 4 MiB.
  const values = generator.white(600).map((one, at) => 2 ** 30 + at * 2 ** 19 + one * 2 ** 22);
  const { slope, level, limit } = trend(seriesOf(values), { limit: 2 ** 31 })!;
  t.ok(Math.abs(slope / 2 ** 19 - 1) < 0.02, String(slope));
  t.ok(Math.abs(level / (2 ** 30 + 599 * 2 ** 19) - 1) < 0.01, String(level));
  const wanted = (2 ** 30 - 599 * 2 ** 19) / 2 ** 19;
  t.ok(Math.abs(limit!.expected / 1000 / wanted - 1) < 0.03, String(limit!.expected));
  t.ok(limit!.earliest < limit!.expected && limit!.expected < limit!.latest);
  t.equal(trend(seriesOf(values), { limit: 2 ** 30 })!.limit!.expected, 0, 'a limit that was passed');
  t.equal(trend(seriesOf(values.map((one) => -one)), { limit: 2 ** 31 })!.limit, null, 'away from it');
  t.equal(trend(seriesOf(values))!.limit, null);
  t.end();
});

t.test('the order of pairs is that of all pairs, one by one', async (t) => {
  await holds(
    t,
    fc.property(fc.array(fc.integer({ min: -4, max: 4 })), (list) => {
      let score = 0;
      for (const [right, value] of list.entries()) {
        for (const other of list.slice(0, right)) score += Math.sign(value - other);
      }
      return kendall(Float64Array.from(list)).score === score;
    }),
  );
});

t.test('100,000 values in seconds', (t) => {
  const generator = new Generator(4);
  const series = seriesOf(generator.red(100_000, 0.9).map((one, at) => one + at / 1000));
  const start = performance.now();
  const found = trend(series)!;
  const took = performance.now() - start;
  t.comment(`${took.toFixed(0)} ms`);
  t.ok(Math.abs(found.slope * 1000 - 1) < 0.02);
  t.ok(took < 30_000);
  t.end();
});
