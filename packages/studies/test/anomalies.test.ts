/** What is unlike its past is found, and what always was like that is not. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { anomalies } from '../src/index.ts';
import { MAD_TO_SIGMA, median } from '../src/order.ts';
import { Trailing } from '../src/trailing.ts';
import { Generator, seriesOf, START, Tally, withGaps } from './generator.ts';

type Noise = (generator: Generator, length: number) => Float64Array;

/** With a spread of about 1. */
const NOISES: Readonly<Record<string, Noise>> = {
  'white noise': (generator, length) => generator.white(length),
  'noise with memory': (generator, length) => generator.red(length, 0.8).map((one) => one * 0.6),
  'sine in noise': (generator, length) => generator.white(length).map((one, at) => one / 3 + 1.3 * Math.sin(at / 8)),
  counts: (generator, length) => generator.counts(length, 1),
  'long tails': (generator, length) => generator.white(length).map((one) => Math.exp(one)),
  'memory of 0.9': (generator, length) => generator.red(length, 0.9),
  'random walk': (generator, length) => generator.red(length, 1),
  'heavy tails': (generator, length) => generator.heavy(length),
  'few steps': (generator, length) => generator.white(length).map(Math.round),
  staircase: (generator, length) => generator.staircase(length),
  'mostly missing': (generator, length) =>
    generator.white(length).map((one) => (generator.uniform() < 0.9 ? NaN : one)),
  'rare events': (generator, length) => generator.counts(length, 0.03),
  ramp: (generator, length) => generator.white(length).map((one, at) => one + at / 10),
  constant: (_, length) => new Float64Array(length).fill(1e9),
};

for (const [name, noise] of Object.entries(NOISES)) {
  // The first of rare events is the first of its kind.
  const most = name === 'heavy tails' ? 0.12 : name === 'rare events' ? 0.25 : 0.05;
  t.test(`${name}: nothing unusual`, (t) => {
    const generator = new Generator(1);
    const tally = new Tally();
    for (let round = 0; round < 150; round++) {
      tally.add(anomalies(seriesOf(noise(generator, Math.round(generator.between(200, 1500))))).length > 0);
    }
    t.comment(`${name}: ${tally.text}`);
    t.ok(tally.rate <= most, tally.text);
    t.end();
  });
}

for (const size of [8, 12, 25]) {
  for (const name of ['white noise', 'noise with memory', 'sine in noise']) {
    t.test(`${size} spreads in ${name}`, (t) => {
      const generator = new Generator(2);
      const [hits, others] = [new Tally(), new Tally()];
      for (let round = 0; round < 80; round++) {
        const length = Math.round(generator.between(400, 1500));
        const at = Math.round(generator.between(200, length - 20));
        const lasts = Math.round(generator.between(1, 8));
        const values = NOISES[name]!(generator, length).map((one, place) => {
          return 1e9 + 1e5 * (one + (place >= at && place < at + lasts ? size : 0));
        });
        const found = anomalies(withGaps(seriesOf(values, generator, 20), round % 3 === 0 ? 0.1 : 0, generator));
        const isHit = ({ from, to }: { from: number; to: number }): boolean => {
          return to >= START + at * 1000 && from <= START + (at + lasts) * 1000;
        };
        hits.add(found.some(isHit));
        others.add(found.some((one) => !isHit(one)));
      }
      t.comment(`${size} spreads in ${name}: found ${hits.text}, others in ${others.text}`);
      t.ok(hits.rate >= (size === 8 ? 0.7 : 0.88), hits.text);
      t.ok(others.rate <= 0.06, others.text);
      t.end();
    });
  }
}

t.test('a stretch has its ends, its peak and what was usual', (t) => {
  const generator = new Generator(3);
  const values = generator
    .white(600)
    .map((one, at) => 100 + one + (at >= 400 && at < 410 ? -30 - (at === 405 ? 20 : 0) : 0));
  const [found, ...others] = anomalies(seriesOf(values));
  t.same(others, []);
  t.match(found, { from: START + 400_000, to: START + 409_000, peak: START + 405_000, value: values[405]! });
  t.ok(Math.abs(found!.usual - 100) < 0.5 && found!.score < -30 && found!.confidence > 0.99);
  t.end();
});

t.test('the median and the spread of the last values are those of all of them, sorted', async (t) => {
  await holds(
    t,
    fc.property(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 12 }),
      (list, most) => {
        const trailing = new Trailing(most);
        return list.every((value, at) => {
          trailing.add(value);
          const kept = Float64Array.from(list.slice(Math.max(0, at + 1 - most), at + 1));
          const middle = median(kept);
          const deviations = kept.map((one) => Math.abs(one - middle)).sort();
          // The upper one of the two in the middle.
          const spread = deviations[kept.length >> 1]! * MAD_TO_SIGMA;
          return trailing.median === middle && (spread === 0 || Math.abs(trailing.spread - spread) < 1e-9);
        });
      },
    ),
  );
});

t.test('100,000 values in seconds', (t) => {
  const generator = new Generator(4);
  const series = seriesOf(generator.red(100_000, 0.5));
  const start = performance.now();
  const found = anomalies(series, { window: 3_600_000 });
  const took = performance.now() - start;
  t.comment(`${took.toFixed(0)} ms, ${found.length} anomalies`);
  t.ok(took < 30_000);
  t.end();
});
