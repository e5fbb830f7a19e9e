import t from 'tap';
import { PageCost, WalkCost } from '../../src/walk/walk-cost.ts';
import { mostShare } from '../../src/walk/walk-kit.ts';

t.test('what a page costs is learned, and rather too much than too little', (t) => {
  const cost = new PageCost();
  t.equal(cost.usec(10_000, 0), 1000, 'at first 100 ns');
  t.equal(cost.usec(0, 10_000), 6000, 'empty page tables cost, too');
  cost.learn(10, 1000);
  t.equal(cost.usec(10_000, 0), 1000, 'a small process teaches nothing');
  cost.learn(200, 10_000);
  t.ok(cost.usec(10_000, 0) > 950, 'one that was fast teaches little');
  for (let walk = 0; walk < 1000; walk++) cost.learn(1, 10_000);
  t.equal(cost.usec(10_000, 0), 500, 'and never less than 50 ns');
  cost.learn(900, 10_000);
  t.equal(cost.usec(10_000, 0), 900, 'one that was slow is believed at once');
  cost.learn(1e6, 10_000);
  t.equal(cost.usec(10_000, 0), 1800, 'but for once no more than twice: it may have waited for a CPU');
  t.end();
});

t.test('what a walk over one process will cost', (t) => {
  const cost = new WalkCost();
  t.equal(cost.rollup(3000), 3000, 'by its pages, as long as it was never walked');
  cost.rolledUp(600, 3000);
  t.equal(cost.rollup(3000), 600, 'then by what the last walk took');
  t.equal(cost.rollup(4000), 1600, 'memory that came since is taken for small pages');
  t.equal(cost.rollup(1500), 300, 'with half of the memory, half');
  t.equal(cost.smaps(3000), 1000, 'smaps is expected to take more');
  cost.readSmaps(5000);
  t.equal(cost.smaps(3000), 5000);
  cost.rolledUp(600, 3000);
  t.equal(cost.smaps(3000), 2500, 'what it took once is forgiven by and by');
  cost.forget();
  t.equal(cost.rollup(3000), 3000, 'another program, another cost');
  t.end();
});

t.test('a walk in slices bounds what smaps_rollup would take', (t) => {
  const cost = new WalkCost();
  cost.sliced(1000, 20_000);
  t.equal(cost.rollup(20_000), 1500, 'for one that was never rolled up');
  cost.rolledUp(30_000, 20_000);
  cost.sliced(1000, 20_000);
  t.equal(cost.rollup(20_000), 15_000, 'a slow one, perhaps by accident, is forgiven by half');
  for (let walk = 0; walk < 10; walk++) cost.sliced(1000, 20_000);
  t.equal(cost.rollup(20_000), 1500);
  cost.sliced(4000, 20_000);
  t.equal(cost.rollup(20_000), 6000, 'and what is seen to be large is large at once');
  t.end();
});

const RELEASES: readonly (readonly [string, number])[] = [
  ['4.19.0-27-amd64', 0.5],
  ['5.15.0-1068-azure', 0.5],
  ['6.1.0-18-amd64', 0.5],
  ['6.14.11', 0.5],
  ['6.15.0', 1],
  ['6.18.44-fc-v669', 1],
  ['7.0.0-rc1', 1],
  ['strange', 0.5],
];

t.test('kernels that may count large folios as a whole', (t) => {
  for (const [release, share] of RELEASES) t.equal(mostShare(release), share, release);
  t.end();
});
