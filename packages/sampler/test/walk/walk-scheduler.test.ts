import t from 'tap';
import { WalkScheduler, type SlicedWalk } from '../../src/walk/walk-scheduler.ts';
import { MeasuredWalkTime } from '../../src/walk/walk-time.ts';
import type { ShardContext } from '../../src/shard-context.ts';

/** The scheduler only hands it on. */
const CONTEXT = { walkTime: new MeasuredWalkTime() } as Partial<ShardContext> as ShardContext;

/** Counts its slices, and says when it was asked. */
class CountedWalk implements SlicedWalk {
  slices = 0;
  wait = 0;
  readonly #length: number;
  readonly #log: CountedWalk[];
  constructor(length: number, log: CountedWalk[]) {
    this.#length = length;
    this.#log = log;
  }
  waitMs(): number {
    return this.wait;
  }
  slice(): boolean {
    this.#log.push(this);
    return ++this.slices >= this.#length;
  }
}

function make(count: number, length: number): { scheduler: WalkScheduler; walks: CountedWalk[]; log: CountedWalk[] } {
  const scheduler = new WalkScheduler();
  const log: CountedWalk[] = [];
  const walks = Array.from({ length: count }, () => new CountedWalk(length, log));
  for (const walk of walks) scheduler.add(walk);
  return { scheduler, walks, log };
}

t.test('nothing to do', (t) => {
  const { scheduler } = make(0, 1);
  t.equal(scheduler.work(CONTEXT, 1000), Infinity);
  t.end();
});

t.test('one slice of each, then a pause', (t) => {
  const { scheduler, walks, log } = make(3, 4);
  t.equal(scheduler.work(CONTEXT, 1000), 0.05);
  t.strictSame(new Set(log), new Set(walks));
  t.equal(log.length, 3, 'nobody is walked twice without a pause');
  while (scheduler.work(CONTEXT, 1000) < Infinity);
  t.ok(walks.every(({ slices }) => slices === 4));
  t.equal(scheduler.count, 0, 'until all are over');
  t.end();
});

t.test('nothing is begun just before a tick', (t) => {
  const { scheduler, log } = make(2, 4);
  t.equal(scheduler.work(CONTEXT, 1.5), Infinity);
  t.equal(scheduler.work(CONTEXT, -3), Infinity);
  t.equal(log.length, 0);
  t.end();
});

t.test('walks that have spent their budget wait, and the thread sleeps until the first may go on', (t) => {
  const { scheduler, walks } = make(3, 4);
  walks[0]!.wait = 200;
  walks[2]!.wait = 70;
  t.equal(scheduler.work(CONTEXT, 1000), 0.05);
  walks[1]!.wait = 90;
  t.equal(scheduler.work(CONTEXT, 1000), 70);
  t.strictSame(
    walks.map(({ slices }) => slices),
    [0, 1, 0],
  );
  t.end();
});

t.test('sixteen at once; the others get their turn when one is over', (t) => {
  const { scheduler, walks } = make(40, 3);
  scheduler.work(CONTEXT, 1000);
  t.equal(walks.filter(({ slices }) => slices > 0).length, 16);
  while (scheduler.work(CONTEXT, 1000) < Infinity);
  t.ok(walks.every(({ slices }) => slices === 3));
  t.end();
});

t.test('whoever leaves is not asked again, and nobody is passed over for it', (t) => {
  const { scheduler, walks, log } = make(5, 10);
  scheduler.work(CONTEXT, 1000);
  scheduler.remove(walks[0]!);
  scheduler.remove(walks[3]!);
  scheduler.remove(walks[3]!);
  log.length = 0;
  for (let round = 0; round < 4; round++) scheduler.work(CONTEXT, 1000);
  t.strictSame(
    walks.map((walk) => log.filter((one) => one === walk).length),
    [0, 4, 4, 0, 4],
  );
  t.end();
});

t.test('a slow slice ends the turn; the next turn begins with the next walk', (t) => {
  const { scheduler, walks, log } = make(3, 10);
  const slow = walks[0]!;
  const slice = slow.slice.bind(slow);
  slow.slice = () => {
    for (const until = performance.now() + 1; performance.now() < until;);
    return slice();
  };
  t.equal(scheduler.work(CONTEXT, 1000), 0.05);
  t.strictSame(log, [slow]);
  scheduler.work(CONTEXT, 1000);
  t.strictSame(log.slice(1, 3), [walks[1], walks[2]]);
  t.end();
});
