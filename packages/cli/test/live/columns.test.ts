import t from 'tap';
import { columnsFor, GAP, LIVE_COLUMNS, PROCESS_COLUMNS } from '../../src/live/columns.ts';
import { liveProcess, row } from './snapshot.ts';

t.test('all columns fit a wide terminal, none a tiny one, and the name keeps its room', (t) => {
  t.same(columnsFor(LIVE_COLUMNS, 200), LIVE_COLUMNS);
  t.same(columnsFor(LIVE_COLUMNS, 10), []);
  for (let width = 20; width < 120; width++) {
    const used = columnsFor(LIVE_COLUMNS, width).reduce((sum, { cells }) => sum + cells + GAP, 0);
    t.ok(width - used >= 20, `width ${width}`);
  }
  t.end();
});

const MIB = 2 ** 20;
const PSS: readonly (readonly [number | null, number | null, string | null])[] = [
  [200 * MIB, 200 * MIB, '200 MiB'],
  [0, 0, '0 B'],
  [null, null, null],
  [null, 4.2 * 1024 * MIB, '>4.2 GiB'],
  [null, 1000 * MIB, '>1000MiB'],
];

t.test('PSS is exact, or at least something, or unknown', (t) => {
  for (const [pssBytes, pssLowerBytes, text] of PSS) {
    const container = LIVE_COLUMNS.find(({ heading }) => heading === 'PSS')!;
    const process = PROCESS_COLUMNS.find(({ heading }) => heading === 'PSS')!;
    t.equal(container.text(row({ pssBytes, pssLowerBytes })), text);
    t.equal(process.text(liveProcess({ pssBytes, pssLowerBytes })), text);
    t.ok((text ?? '').length <= container.cells);
  }
  t.end();
});
