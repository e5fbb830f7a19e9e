/** What goes with a series is found, with its lag, among many that do not. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { correlation, type Series } from '../src/index.ts';
import { crossCorrelation } from '../src/cross-correlation.ts';
import { Generator, seriesOf, Tally, withGaps } from './generator.ts';

/** Others that have nothing to do with it. */
function strangers(generator: Generator, length: number, count: number): Map<string, Series> {
  const kinds = [0, 0.5, 0.9, 0.99];
  return new Map(
    Array.from({ length: count }, (_, at) => [`stranger ${at}`, seriesOf(generator.red(length, kinds[at % 4]!))]),
  );
}

for (const [share, least] of [
  [0.3, 0.8],
  [0.5, 0.95],
  [0.9, 0.95],
] as const) {
  t.test(`a correlation of ${share}, later or earlier, among 50 strangers`, (t) => {
    const generator = new Generator(1);
    const [hits, strange] = [new Tally(), new Tally()];
    for (let round = 0; round < 25; round++) {
      const length = Math.round(generator.between(500, 1500));
      const source = generator.red(length + 100, round % 2 === 0 ? 0 : 0.6);
      const spread = round % 2 === 0 ? 1 : 1.25;
      const lag = Math.round(generator.between(-40, 40));
      const noise = (Math.sqrt(1 - share ** 2) / share) * spread;
      const values = source.slice(50, 50 + length);
      const sign = generator.uniform() < 0.5 ? -1 : 1;
      const friend = generator
        .white(length)
        .map((one, at) => 1e6 + 1e3 * sign * (source[at + 50 - lag]! + noise * one));
      const candidates = strangers(generator, length, 50);
      candidates.set('friend', withGaps(seriesOf(friend, generator, 20), round % 3 === 0 ? 0.2 : 0, generator));
      const found = correlation(seriesOf(values, generator, 20), candidates);
      const first = found[0];
      hits.add(first?.name === 'friend' && first.lag === lag * 1000 && Math.sign(first.correlation) === sign);
      strange.add(found.some(({ name }) => name !== 'friend'));
    }
    t.comment(`correlation of ${share}: found first and with its lag ${hits.text}; strangers in ${strange.text}`);
    t.ok(hits.rate >= least, hits.text);
    t.ok(strange.rate <= 0.1, strange.text);
    t.end();
  });
}

for (const [name, memory, most] of [
  ['white noise', 0, 0.05],
  ['noise with memory', 0.9, 0.03],
  ['slow noise', 0.99, 0.05],
  ['random walks', 1, 0.05],
] as const) {
  t.test(`${name}: nothing goes with it`, (t) => {
    const generator = new Generator(2);
    const tally = new Tally();
    for (let round = 0; round < 100; round++) {
      const length = Math.round(generator.between(100, 1200));
      const others = new Map(
        Array.from({ length: 10 }, (_, at) => [String(at), seriesOf(generator.red(length, memory))]),
      );
      tally.add(correlation(seriesOf(generator.red(length, memory)), others).length > 0);
    }
    t.comment(`${name}: ${tally.text}`);
    t.ok(tally.rate <= most, tally.text);
    t.end();
  });
}

t.test('correlations by transforms are those of each lag, pair by pair', async (t) => {
  const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null));
  const lists = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 });
  const grid = (list: readonly (number | null)[]): Parameters<typeof crossCorrelation>[0] => ({
    from: 0,
    step: 1,
    values: Float64Array.from(list, (one) => one ?? 0),
    mask: Float64Array.from(list, (one) => (one === null ? 0 : 1)),
  });
  await holds(
    t,
    fc.property(lists, fc.nat({ max: 20 }), (list, lags) => {
      const left = list.map(([one]) => one);
      const right = list.map(([, one]) => one);
      const { correlations, pairs } = crossCorrelation(grid(left), grid(right), lags);
      return Array.from(correlations).every((found, at) => {
        const both = left
          .map((one, place) => [one, right[place + at - lags] ?? null] as const)
          .filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null);
        return both.length === pairs[at] && Math.abs(pearson(both) - found) < 1e-4;
      });
    }),
  );
});

function pearson(pairs: readonly (readonly [number, number])[]): number {
  if (pairs.length < 2) return 0;
  const meanOf = (which: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[which], 0) / pairs.length;
  const [x, y] = [meanOf(0), meanOf(1)];
  const sum = (of: (pair: readonly [number, number]) => number): number =>
    pairs.reduce((all, pair) => all + of(pair), 0);
  const spread = sum(([one]) => (one - x) ** 2) * sum(([, other]) => (other - y) ** 2);
  return spread < 1e-9 ? 0 : sum(([one, other]) => (one - x) * (other - y)) / Math.sqrt(spread);
}

t.test('100,000 values with ten candidates in seconds', (t) => {
  const generator = new Generator(3);
  const start = generator.red(100_000, 0.5);
  const candidates = strangers(generator, 100_000, 10);
  const from = performance.now();
  correlation(seriesOf(start), candidates, { maxLag: 600_000 });
  const took = performance.now() - from;
  t.comment(`${took.toFixed(0)} ms`);
  t.ok(took < 30_000);
  t.end();
});
