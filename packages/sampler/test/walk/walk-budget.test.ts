import { canCompile, Victim } from '@fgm/testkit';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { longestWalk, WalkBudget } from '../../src/walk/walk-budget.ts';
import { entityOf, ShardHarness } from '../harness/shard-harness.ts';

const MIB = 2 ** 20;
const SECOND = 1e6;

t.test('what comes in can be saved for half a second', (t) => {
  const budget = new WalkBudget();
  budget.refill(10 * SECOND, 5000);
  t.ok(budget.allows(2500) && !budget.allows(2501), 'a new process has something saved');
  t.notOk(budget.spend(2400, 5000));
  budget.refill(10.1 * SECOND, 5000);
  t.ok(budget.allows(599) && !budget.allows(601));
  t.equal(Math.round(budget.untilMs(1100, 5000)), 100);
  t.equal(budget.untilMs(100, 5000), 0);
  budget.refill(90 * SECOND, 5000);
  t.ok(budget.allows(2500) && !budget.allows(2501));
  budget.refill(80 * SECOND, 5000);
  budget.refill(81 * SECOND, 5000);
  t.ok(budget.allows(2500), 'a clock that is set back takes nothing away');
  budget.spend(2500, 5000);
  for (let tremble = 0; tremble < 1000; tremble++) budget.refill(81 * SECOND - (tremble % 2) * 1000, 5000);
  t.notOk(budget.allows(10), 'one that trembles brings nothing');
  t.equal(longestWalk(5000), 2500);
  t.end();
});

t.test('a walk that took too much is owed for, and is an overrun when it was far too much', (t) => {
  const budget = new WalkBudget();
  budget.refill(0, 5000);
  t.equal(budget.spend(2900, 5000), false, 'nobody knows before how long a read takes');
  t.equal(budget.spend(101, 5000), true);
  budget.refill(0.1 * SECOND, 5000);
  t.notOk(budget.allows(0));
  budget.refill(0.2 * SECOND, 5000);
  t.ok(budget.allows(0));
  t.equal(budget.spend(1e9, 5000), true);
  budget.refill(59.9 * SECOND, 5000);
  t.notOk(budget.allows(0));
  budget.refill(61.2 * SECOND, 5000);
  t.ok(budget.allows(1000), 'but not for more than a minute: the recorder may have been stopped while it read');
  t.equal(budget.spend(1100, 1000), false, 'a change of the setting counts from now on');
  t.end();
});

t.test('no second sees more than one and a half budgets, whatever is asked when', async (t) => {
  const wish = fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 1, max: 3_000 }));
  const perSecond = fc.integer({ min: 100, max: SECOND });
  await holds(
    t,
    fc.property(fc.array(wish, { maxLength: 100 }), perSecond, (wishes, rate) => {
      const budget = new WalkBudget();
      const walks: { at: number; usec: number }[] = [];
      let now = 1_700_000_000 * SECOND;
      for (const [pause, usec] of wishes) {
        now += pause;
        budget.refill(now, rate);
        if (!budget.allows(usec)) continue;
        budget.spend(usec, rate);
        walks.push({ at: now, usec });
      }
      return walks.every(({ at }) => {
        const within = walks.filter((walk) => walk.at >= at && walk.at < at + SECOND);
        return within.reduce((sum, { usec }) => sum + usec, 0) <= 1.5 * rate + 1e-3;
      });
    }),
  );
  t.pass();
});

const BUDGET_USEC = 5_000;
const SECONDS = 6;
/** Ten processes, from those that are read in one go to those that take seconds. */
const SIZES: readonly (readonly ['small' | 'huge', number])[] = [
  ['small', 2],
  ['small', 10],
  ['small', 30],
  ['small', 60],
  ['small', 100],
  ['small', 150],
  ['small', 200],
  ['small', 400],
  ['huge', 50],
  ['huge', 200],
];

/** A shard of its own for one process, so that what the shard has spent is what the process has been burdened with. */
class Target {
  readonly harness: ShardHarness;
  /** Microseconds walked in all, and overruns, at each look. */
  readonly spent: { readonly at: number; readonly usec: number; readonly overruns: number }[] = [];
  #nextTick = 0;

  constructor(t: Test, pid: number, index: number) {
    const directory = join(t.testdirName, `cgroup-${index}`);
    mkdirSync(directory);
    writeFileSync(join(directory, 'cgroup.procs'), `${pid}\n`);
    this.harness = new ShardHarness({ memory: 'rollup', walkBudgetUsec: BUDGET_USEC });
    t.teardown(() => this.harness.close());
    this.harness.send({ type: 'add', entities: [entityOf(0, { v2: directory })] });
  }

  /** Does what the shard's own loop would do now. */
  step(now: number): void {
    const { harness } = this;
    harness.clock.now = now;
    if (now >= this.#nextTick) {
      this.#nextTick = now + 1000;
      harness.shard.tick();
      harness.discard();
    } else harness.shard.walks.work(harness.shard.context, this.#nextTick - now);
    const { usec, overruns } = harness.shard.context.walks;
    const sum = (numbers: Float64Array): number => numbers.reduce((total, number) => total + number, 0);
    this.spent.push({ at: now, usec: sum(usec), overruns: sum(overruns) });
  }

  /** The most that any second without an overrun has seen, and how many seconds had one. */
  worst(): { readonly usec: number; readonly overruns: number } {
    let usec = 0;
    let from = 0;
    for (const look of this.spent) {
      while (this.spent[from]!.at < look.at - 1000) from++;
      if (look.overruns === this.spent[from]!.overruns) usec = Math.max(usec, look.usec - this.spent[from]!.usec);
    }
    return { usec, overruns: this.spent.at(-1)!.overruns };
  }
}

t.test('ten real processes of different sizes', { skip: canCompile() ? false : 'needs a C compiler' }, async (t) => {
  t.testdir();
  const targets: Target[] = [];
  for (const [index, [kind, mebibytes]] of SIZES.entries()) {
    const victim = await Victim.start();
    t.teardown(() => victim.kill());
    // A process of several threads is always taken for one that has moved: it is walked as often as its budget allows.
    await victim.order('threads', 1);
    await victim.order(kind, mebibytes * MIB);
    targets.push(new Target(t, victim.pid, index));
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const begin = performance.now();
  const epoch = Date.now() - begin;
  for (let now = begin; now < begin + SECONDS * 1000; now = performance.now()) {
    for (const target of targets) target.step(epoch + now);
    Atomics.wait(pause, 0, 0, 0.05);
  }
  let walked = 0;
  for (const [index, target] of targets.entries()) {
    const { usec, overruns } = target.worst();
    const total = target.spent.at(-1)!.usec;
    const name = SIZES[index]!.join(' ');
    t.ok(usec <= 2 * BUDGET_USEC, `${name} MiB: ${Math.round(usec)} us in the worst second, ${overruns} overruns`);
    t.ok(total > 0, `${Math.round(total / SECONDS)} us a second`);
    walked += target.harness.shard.context.walks.walks.reduce((sum, count) => sum + count, 0);
  }
  t.ok(walked >= targets.length * 2, `${walked} walks were completed`);
});
