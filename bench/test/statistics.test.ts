import t from 'tap';
import { mean, median, quantile, short, slope } from '../harness/statistics.ts';

t.test('quantiles', async (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([1, 2, 3, 4]), 3, 'of an even number the upper one, which was measured');
  t.equal(quantile([5, 1, 4, 2, 3], 0), 1);
  t.equal(quantile([5, 1, 4, 2, 3], 1), 5);
  t.ok(Number.isNaN(median([])));
  const numbers = [3, 1, 2];
  median(numbers);
  t.strictSame(numbers, [3, 1, 2], 'they stay in their order');
});

t.test('mean and slope', async (t) => {
  t.equal(mean([1, 2, 6]), 3);
  t.equal(slope([0, 1, 2, 3].map((x) => [x, 5 - 2 * x])), -2);
});

t.test('numbers for people', async (t) => {
  for (const [number, text] of [
    [1234.5, '1,235'],
    [12.345, '12.3'],
    [0.00012345, '0.000123'],
    [0, '0'],
  ] as const)
    t.equal(short(number), text);
});
