import { blockColumns, Columns, makeLayout, mustIndexOf } from '@fgm/catalog';
import t from 'tap';
import { LiveProcesses } from '../src/live-processes.ts';

const LAYOUT = makeLayout('processes', blockColumns('processes'), 64);

function block(rows: readonly (readonly [pid: number, millicores: number | null, rss: number])[]): Columns {
  const columns = new Columns(LAYOUT);
  for (const [row, [pid, millicores, rss]] of rows.entries()) {
    columns.setInt(mustIndexOf(LAYOUT, 'pid'), row, pid);
    columns.setInt(mustIndexOf(LAYOUT, 'entity'), row, 7);
    columns.setInt(mustIndexOf(LAYOUT, 'process'), row, pid + 1000);
    if (millicores !== null) columns.setDouble(mustIndexOf(LAYOUT, 'cpu_millicores'), row, millicores);
    columns.setInt(mustIndexOf(LAYOUT, 'stat_rss_bytes'), row, rss);
  }
  return columns;
}

t.test('the busiest come first, over all slots of a tick, and only once', (t) => {
  const live = new LiveProcesses(LAYOUT, (process) => (process === 1003 ? null : `p${process}`));
  live.add(
    block([
      [1, 5, 10],
      [2, null, 99],
      [3, 700, 1],
    ]),
    3,
  );
  live.add(block([[4, 5, 20]]), 1);
  const list = live.take();
  t.same(
    list.map(({ pid }) => pid),
    [3, 4, 1, 2],
  );
  t.same(list[0], {
    pid: 3,
    entity: 7,
    comm: null,
    cpuMillicores: 700,
    rssBytes: 1,
    pssBytes: null,
    pssLowerBytes: null,
    threads: null,
  });
  t.equal(list[1]!.comm, 'p1004');
  t.same(live.take(), []);
  t.end();
});
