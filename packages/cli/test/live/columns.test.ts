import t from 'tap';
import { columnsFor, GAP, LIVE_COLUMNS } from '../../src/live/columns.ts';

t.test('all columns fit a wide terminal, none a tiny one, and the name keeps its room', (t) => {
  t.same(columnsFor(LIVE_COLUMNS, 200), LIVE_COLUMNS);
  t.same(columnsFor(LIVE_COLUMNS, 10), []);
  for (let width = 20; width < 120; width++) {
    const used = columnsFor(LIVE_COLUMNS, width).reduce((sum, { cells }) => sum + cells + GAP, 0);
    t.ok(width - used >= 20, `width ${width}`);
  }
  t.end();
});
