/** Periods are found where there are some, at their length, and not where there is only noise. */
import t from 'tap';
import { periodicity, type Series } from '../src/index.ts';
import { Generator, seriesOf, Tally, withGaps } from './generator.ts';

type Shape = (phase: number) => number;

const SHAPES: Readonly<Record<string, Shape>> = {
  sine: (phase) => Math.sin(2 * Math.PI * phase),
  square: (phase) => (phase < 0.5 ? 1 : -1),
  sawtooth: (phase) => 2 * phase - 1,
  spikes: (phase) => (phase < 0.08 ? 3 : 0),
  'every other spike higher': (phase) => (phase < 0.05 ? 4 : phase >= 0.5 && phase < 0.55 ? 2 : 0),
};

function periodic(generator: Generator, shape: Shape, period: number, length: number, noise: number): Float64Array {
  const start = generator.uniform();
  return generator.white(length).map((one, at) => shape((at / period + start) % 1) + noise * one);
}

/** Whether a period was found that is within a hundredth of it, or as much as the range can tell. */
function isFound(series: Series, period: number): boolean {
  return periodicity(series).some((found) => isPeriod(series, found.period, period));
}

function isPeriod(series: Series, found: number, period: number): boolean {
  return Math.abs(found / 1000 - period) < period * Math.max(0.01, (0.35 * period) / series.times.length);
}

for (const [name, shape] of Object.entries(SHAPES)) {
  t.test(`${name}: the fundamental is found, in noise and with gaps`, (t) => {
    const generator = new Generator(1);
    const tally = new Tally();
    const others = new Tally();
    const missed: string[] = [];
    for (let round = 0; round < 60; round++) {
      const length = Math.round(generator.between(300, 2400));
      const least = name === 'sine' ? 2 : name === 'square' || name === 'sawtooth' ? 5 : 25;
      const period = Math.exp(generator.between(Math.log(least), Math.log(length / 5)));
      const noise = generator.between(0.05, 0.7);
      const values = periodic(generator, shape, period, length, noise);
      const series = withGaps(seriesOf(values, generator, 20), round % 3 === 0 ? 0.3 : 0, generator);
      const hit = isFound(series, period);
      tally.add(hit);
      others.add(periodicity(series).some((found) => !isPeriod(series, found.period, period)));
      if (!hit) missed.push(`${period.toFixed(1)} of ${length}: ${periodicity(series)[0]?.period}`);
    }
    t.comment(`${name}: ${tally.text}; others in ${others.text}; missed: ${missed.join(', ')}`);
    t.ok(tally.rate >= (name === 'every other spike higher' ? 0.8 : 0.93), tally.text);
    t.ok(others.rate <= (name === 'every other spike higher' ? 0.45 : 0.15), others.text);
    t.end();
  });
}

for (const [one, other, least] of [
  ['sine', 'sine', 0.75],
  ['square', 'sine', 0.75],
  ['sawtooth', 'sine', 0.7],
  ['spikes', 'sine', 0.7],
  ['spikes', 'spikes', 0.3],
] as const) {
  t.test(`${one} and ${other}: both periods, and no third`, (t) => {
    const generator = new Generator(7);
    const [both, others] = [new Tally(), new Tally()];
    for (let round = 0; round < 60; round++) {
      const length = Math.round(generator.between(600, 2400));
      const first = Math.exp(generator.between(Math.log(25), Math.log(length / 8)));
      const times = generator.between(1.25, 6);
      // A whole number of times as long is the same period with a harmonic.
      const apart = Math.abs(times - Math.round(times)) < 0.1 ? times + 0.2 : times;
      const second = first * apart <= length / 5 ? first * apart : first / apart;
      const [a, b] = [first, Math.max(second, other === 'spikes' ? 25 : 0)];
      const noise = generator.between(0.05, 0.5);
      const size = generator.between(0.5, 1);
      const added = periodic(generator, SHAPES[other]!, b, length, 0);
      const values = periodic(generator, SHAPES[one]!, a, length, noise).map((value, at) => value + size * added[at]!);
      const series = withGaps(seriesOf(values, generator, 20), round % 3 === 0 ? 0.3 : 0, generator);
      const found = periodicity(series).map(({ period }) => period);
      const isNear = (period: number): boolean => found.some((value) => isPeriod(series, value, period));
      both.add(isNear(a) && isNear(b));
      others.add(found.some((value) => !isPeriod(series, value, a) && !isPeriod(series, value, b)));
    }
    t.comment(`${one} and ${other}: both ${both.text}; others in ${others.text}`);
    t.ok(both.rate >= least, both.text);
    t.ok(others.rate <= (other === 'spikes' ? 0.6 : 0.2), others.text);
    t.end();
  });
}

t.test('a harmonic is not a period of its own', (t) => {
  const generator = new Generator(8);
  for (const harmonic of [2, 3, 5]) {
    for (const size of [0.5, 2]) {
      const sine = periodic(generator, SHAPES['sine']!, 97.3, 1500, 0.3);
      const values = sine.map((value, at) => value + size * Math.sin((2 * Math.PI * at * harmonic) / 97.3));
      const found = periodicity(seriesOf(values)).map(({ period }) => Math.round(period / 100) / 10);
      t.equal(found.length, 1, `${harmonic} times as fast, ${size} times as large: ${found.join(', ')}`);
      t.ok(Math.abs(found[0]! - 97.3) < 1);
    }
  }
  t.end();
});

const NOISES: Readonly<Record<string, (generator: Generator, length: number) => Float64Array>> = {
  'white noise': (generator, length) => generator.white(length),
  'noise with memory': (generator, length) => generator.red(length, generator.between(0.3, 0.98)),
  'memory of 0.9': (generator, length) => generator.red(length, 0.9),
  'random walk': (generator, length) => generator.red(length, 1),
  'heavy tails': (generator, length) => generator.heavy(length),
  'few steps': (generator, length) => generator.white(length).map(Math.round),
  staircase: (generator, length) => generator.staircase(length),
  constant: (_, length) => new Float64Array(length).fill(4096),
  'mostly missing': (generator, length) =>
    generator.white(length).map((one) => (generator.uniform() < 0.9 ? NaN : one)),
  counts: (generator, length) => generator.counts(length, 0.5),
  ramp: (generator, length) => generator.white(length).map((one, at) => one + at / 20),
  step: (generator, length) => generator.white(length).map((one, at) => one + (at > length / 3 ? 8 : 0)),
};

for (const [name, noise] of Object.entries(NOISES)) {
  t.test(`${name}: no period`, (t) => {
    const generator = new Generator(2);
    const tally = new Tally();
    for (let round = 0; round < 200; round++) {
      const series = seriesOf(noise(generator, Math.round(generator.between(60, 1500))), generator, 20);
      const gaps = round % 2 === 0 ? 0.3 : 0;
      tally.add(periodicity(withGaps(series, gaps, generator)).length > 0);
    }
    t.comment(`${name}: ${tally.text}`);
    t.ok(tally.rate <= 0.02, tally.text);
    t.end();
  });
}

t.test('two cycles are enough for a clear sine', (t) => {
  const generator = new Generator(3);
  const tally = new Tally();
  for (let round = 0; round < 40; round++) {
    tally.add(isFound(seriesOf(periodic(generator, SHAPES['sine']!, 450, 1000, 0.2)), 450));
  }
  t.comment(`two cycles: ${tally.text}`);
  t.ok(tally.rate >= 0.8, tally.text);
  t.end();
});

t.test('units do not matter', (t) => {
  const generator = new Generator(4);
  const values = periodic(generator, SHAPES['sine']!, 37, 1200, 0.3);
  for (const [scale, level] of [
    [1e-3, 0.5],
    [1e5, 2e9],
    [1e12, 1e15],
  ] as const) {
    const found = periodicity(seriesOf(values.map((value) => value * scale + level)))[0]!;
    t.ok(Math.abs(found.period - 37_000) < 200, String(found.period));
    t.ok(Math.abs(found.amplitude / scale - 1) < 0.2, String(found.amplitude));
    t.ok(found.confidence > 0.999);
  }
  t.end();
});

t.test('a period holds where it is', (t) => {
  const generator = new Generator(5);
  const tally = new Tally();
  for (let round = 0; round < 30; round++) {
    const period = generator.between(10, 40);
    const from = Math.round(generator.between(200, 800));
    const sine = periodic(generator, SHAPES['sine']!, period, 2000, 0);
    const values = generator.white(2000).map((one, at) => 0.4 * one + (at >= from && at < from + 900 ? sine[at]! : 0));
    const series = seriesOf(values);
    const stretches = periodicity(series)[0]?.stretches ?? [];
    const start = (stretches[0]!.from - series.times[0]!) / 1000;
    const end = (stretches.at(-1)!.to - series.times[0]!) / 1000;
    tally.add(Math.abs(start - from) < 120 && Math.abs(end - from - 900) < 120);
  }
  t.comment(`stretches: ${tally.text}`);
  t.ok(tally.rate >= 0.8, tally.text);
  t.end();
});

t.test('100,000 values in seconds', (t) => {
  const generator = new Generator(6);
  const series = seriesOf(periodic(generator, SHAPES['spikes']!, 313.7, 100_000, 0.5), generator, 20);
  const start = performance.now();
  const found = periodicity(series)[0]!;
  const took = performance.now() - start;
  t.comment(`${took.toFixed(0)} ms`);
  t.ok(Math.abs(found.period - 313_700) < 100, String(found.period));
  t.ok(took < 30_000);
  t.end();
});
