import fc from 'fast-check';
import t from 'tap';
import { costRatio, ratioInterval } from '../harness/bootstrap.ts';

t.test('how many times the cost', async (t) => {
  for (const [base, head, higherIsBetter, ratio] of [
    [100, 120, false, 1.2],
    [100, 80, false, 0.8],
    [100, 50, true, 2],
    [0, 0, false, 1],
    [0, 0, true, 1],
    [0, 8, false, Infinity],
    [8, 0, false, 0],
  ] as const)
    t.equal(costRatio(base, head, higherIsBetter), ratio, `${base}, then ${head}`);
});

t.test('what does not vary has an interval of one point', async (t) => {
  t.strictSame(ratioInterval([10, 10, 10], [15, 15, 15], false), [1.5, 1.5]);
  t.strictSame(ratioInterval([10, 10, 10], [15, 15, 15], true), [10 / 15, 10 / 15]);
});

t.test('runs that overlap include 1, runs that are apart do not', async (t) => {
  const [low, high] = ratioInterval([100, 130, 90, 105, 98], [97, 128, 102, 95, 110], false);
  t.ok(low < 1 && high > 1, `${low} to ${high}`);
  const [apart] = ratioInterval([100, 101, 99, 103, 98], [120, 122, 119, 125, 121], false);
  t.ok(apart > 1.1, `from ${apart}`);
});

t.test('the same numbers give the same interval, the ratio of medians in it', async (t) => {
  const runs = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(runs, runs, fc.boolean(), (base, head, higherIsBetter) => {
      const [low, high] = ratioInterval(base, head, higherIsBetter);
      const middle = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
      const ratio = costRatio(middle(base), middle(head), higherIsBetter);
      const again = ratioInterval(base, head, higherIsBetter);
      return low <= ratio && ratio <= high && low === again[0] && high === again[1];
    }),
    { numRuns: 30 },
  );
  t.pass();
});
