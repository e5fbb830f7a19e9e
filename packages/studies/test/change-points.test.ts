/** Changes of the level are found at their time, whatever the unit, and not in noise. */
import t from 'tap';
import { changePoints } from '../src/index.ts';
import { Generator, seriesOf, START, Tally, withGaps } from './generator.ts';

/** A series of levels, each for at least 40 values, with noise of 1. */
function levels(generator: Generator, length: number, size: number): { values: Float64Array; places: number[] } {
  const places: number[] = [];
  for (let at = generator.between(40, 250); at < length - 40; at += generator.between(60, 400))
    places.push(Math.round(at));
  let level = 0;
  const values = generator.white(length).map((one, at) => {
    if (places.includes(at)) level += size * (generator.uniform() < 0.5 ? -1 : 1);
    return level + one;
  });
  return { values, places };
}

for (const [size, least] of [
  [1, 0.22],
  [1.5, 0.65],
  [2, 0.85],
  [4, 0.97],
  [10, 0.99],
] as const) {
  t.test(`steps of ${size} times the noise`, (t) => {
    const generator = new Generator(1);
    const hits = new Tally();
    const right = new Tally();
    for (let round = 0; round < 50; round++) {
      const { values, places } = levels(generator, Math.round(generator.between(300, 1500)), size);
      const found = changePoints(seriesOf(values)).map(({ time }) => (time - START) / 1000);
      const near = (one: number, other: number): boolean => Math.abs(one - other) <= Math.max(2, 30 / size ** 2);
      for (const place of places) hits.add(found.some((one) => near(one, place)));
      for (const one of found) right.add(places.some((place) => near(one, place)));
    }
    t.comment(`steps of ${size}: found ${hits.text}, of those told ${right.text} are right`);
    t.ok(hits.rate >= least, hits.text);
    t.ok(right.rate >= 0.95, right.text);
    t.end();
  });
}

const NOISES: Readonly<Record<string, (generator: Generator, length: number) => Float64Array>> = {
  'white noise': (generator, length) => generator.white(length),
  'noise with memory': (generator, length) => generator.red(length, generator.between(0.3, 0.95)),
  'memory of 0.9': (generator, length) => generator.red(length, 0.9),
  'random walk': (generator, length) => generator.red(length, 1),
  'walk in noise': (generator, length) => {
    const walk = generator.red(length, 1);
    const size = generator.between(0.02, 0.3);
    return generator.white(length).map((one, at) => one + size * walk[at]!);
  },
  'memory in noise': (generator, length) => {
    const red = generator.red(length, generator.between(0.9, 0.995));
    return generator.white(length).map((one, at) => one + 0.2 * red[at]!);
  },
  'heavy tails': (generator, length) => generator.heavy(length),
  'long tails': (generator, length) => generator.white(length).map(Math.exp),
  'few steps': (generator, length) => generator.white(length).map(Math.round),
  staircase: (generator, length) => generator.staircase(length),
  'mostly missing': (generator, length) =>
    generator.white(length).map((one) => (generator.uniform() < 0.9 ? NaN : one)),
  counts: (generator, length) => generator.counts(length, 0.7),
  'rare events': (generator, length) => generator.counts(length, 0.02),
  'steady rise': (generator, length) => generator.white(length).map((one, at) => one + at / 7),
  'slow sine': (generator, length) => generator.white(length).map((one, at) => one + 5 * Math.sin(at / 60)),
  'spikes of two': (generator, length) => generator.white(length).map((one, at) => (at % 97 < 2 ? 30 : one)),
  constant: (_, length) => new Float64Array(length).fill(4096),
};

for (const [name, noise] of Object.entries(NOISES)) {
  t.test(`${name}: no change`, (t) => {
    const generator = new Generator(2);
    const tally = new Tally();
    for (let round = 0; round < 150; round++) {
      const found = changePoints(seriesOf(noise(generator, Math.round(generator.between(60, 1500)))));
      tally.add(found.length > 0);
    }
    t.comment(`${name}: ${tally.text}`);
    t.ok(tally.rate <= (name === 'long tails' ? 0.12 : 0.04), tally.text);
    t.end();
  });
}

t.test('units do not matter, and gaps do not', (t) => {
  const generator = new Generator(3);
  const values = generator.white(600).map((one, at) => (at < 250 ? 0 : 5) + one);
  for (const [scale, level] of [
    [1e-3, 0.5],
    [1e4, 1e9],
    [1, 1e12],
  ] as const) {
    const series = withGaps(seriesOf(values.map((value) => value * scale + level)), 0.2, generator);
    const [found, ...others] = changePoints(series);
    t.same(others, []);
    t.ok(Math.abs(found!.time - START - 250_000) <= 4000 * 20);
    t.ok(Math.abs((found!.after - found!.before) / scale - 5) < 0.5);
    t.ok(found!.confidence > 0.999);
  }
  t.end();
});

t.test('steps without any noise', (t) => {
  const values = new Float64Array(300).map((_, at) => (at < 100 ? 1e9 : at < 220 ? 1.5e9 : 1.2e9));
  t.match(changePoints(seriesOf(values)), [
    { time: START + 100_000, before: 1e9, after: 1.5e9 },
    { time: START + 220_000, before: 1.5e9, after: 1.2e9 },
  ]);
  t.end();
});

t.test('100,000 values in seconds', (t) => {
  const generator = new Generator(4);
  const series = seriesOf(levels(generator, 100_000, 3).values);
  const start = performance.now();
  const found = changePoints(series).length;
  const took = performance.now() - start;
  t.comment(`${took.toFixed(0)} ms, ${found} changes`);
  t.ok(took < 30_000);
  t.end();
});
