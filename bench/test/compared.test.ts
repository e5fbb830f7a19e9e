import t from 'tap';
import { comparedTable, Comparison, isWorse } from '../harness/compared.ts';
import { measured, type Figure } from '../harness/figure.ts';

const LIMIT = 1.1;

/** What a comparison finds of a figure measured so often. */
function compared(base: readonly number[], head: readonly number[], higherIsBetter = false) {
  const comparison = new Comparison();
  const figure = (value: number): Figure[] => [measured('time', 'ns', [value], { higherIsBetter })];
  for (const value of base) comparison.add('parse', 'base', figure(value));
  for (const value of head) comparison.add('parse', 'head', figure(value));
  return comparison.results()[0]!;
}

t.test('worse, better, and neither', async (t) => {
  for (const [what, base, head, higherIsBetter, worse] of [
    ['the same', [100, 101, 99], [100, 99, 101], false, false],
    ['a fifth dearer', [100, 101, 99], [120, 121, 119], false, true],
    ['a fifth cheaper', [100, 101, 99], [80, 81, 79], false, false],
    ['dearer within the limit', [100, 101, 99], [108, 109, 107], false, false],
    ['dearer by its median, but by chance', [100, 160, 90], [130, 95, 170], false, false],
    ['half the throughput', [100, 101, 99], [50, 51, 49], true, true],
    ['twice the throughput', [100, 101, 99], [200, 201, 199], true, false],
    ['bytes where there were none', [0, 0, 0], [48, 48, 48], false, true],
    ['none where there were bytes', [48, 48, 48], [0, 0, 0], false, false],
  ] as const)
    t.equal(isWorse(compared(base, head, higherIsBetter), LIMIT), worse, what);
});

t.test('medians of rounds, and their ratio', async (t) => {
  t.match(compared([100, 300, 110], [200, 220, 900]), { base: 110, head: 220, ratio: 2, runs: 3, unit: 'ns' });
});

t.test('only what both have measured, and only what is measured', async (t) => {
  const comparison = new Comparison();
  comparison.add('parse', 'base', [measured('old', 'ns', [1]), { name: 'said', value: 'words' }]);
  comparison.add('parse', 'head', [measured('new', 'ns', [1]), { name: 'said', value: 'words' }]);
  t.strictSame(comparison.results(), []);
});

t.test('one name in two units or benchmarks is two figures', async (t) => {
  const comparison = new Comparison();
  for (const side of ['base', 'head'] as const) {
    comparison.add('parse', side, [measured('each', 'ns', [1]), measured('each', 'bytes', [2])]);
    comparison.add('ring', side, [measured('each', 'ns', [3])]);
  }
  t.strictSame(
    comparison.results().map(({ benchmark, unit, head }) => [benchmark, unit, head]),
    [
      ['parse', 'ns', 1],
      ['parse', 'bytes', 2],
      ['ring', 'ns', 3],
    ],
  );
});

t.test('the table names what is worse', async (t) => {
  const lines = comparedTable([compared([100, 101, 99], [120, 121, 119]), compared([1, 1, 1], [1, 1, 1])], LIMIT);
  t.equal(lines.length, 3);
  t.match(lines[1], /^parse: time +100 ns +120 ns +× 1\.20 +1\.\d\d … 1\.\d\d +worse$/);
  t.notMatch(lines[2], /worse/);
});
