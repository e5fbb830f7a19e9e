import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { holds, type PropertyReport } from '../src/property.ts';

/** A test that says what became of it. */
function tester(): { fullname: string; outcome: string[]; pass: (m: string) => void; fail: (m: string) => void } {
  const outcome: string[] = [];
  return {
    fullname: 'a.test.ts > TAP > of numbers',
    outcome,
    pass: (message) => void outcome.push(`pass: ${message}`),
    fail: (message) => void outcome.push(`fail: ${message}`),
  };
}

const SMALL = fc.property(fc.nat(), (number) => number < 1000);

const NAMES = ['MS', 'CASES', 'SEED', 'REPORT'].map((name) => `FGM_FUZZ_${name}`);
const ASKED = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));

/** Sets these variables of ours, and no others. */
function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const name of NAMES) {
    if (values[name] === undefined) delete process.env[name];
    else process.env[name] = values[name];
  }
}

t.beforeEach(() => setEnvironment({}));

t.test('a failure says how to see it again, and that does', async (t) => {
  process.env['FGM_FUZZ_CASES'] = '5000';
  const first = tester();
  await holds(first, SMALL, 2);
  const [, seed, cases] = /FGM_FUZZ_SEED=(-?\d+) FGM_FUZZ_CASES=(\d+) npx tap/.exec(first.outcome[0]!)!;
  t.match(first.outcome, [/^fail: [^]*Counterexample: \[1000\]/]);
  Object.assign(process.env, { FGM_FUZZ_SEED: seed, FGM_FUZZ_CASES: cases });
  const second = tester();
  await holds(second, SMALL, 2);
  t.match(second.outcome, [/^fail: [^]*Counterexample: \[1000\]/]);
});

t.test('whatever fails, its seed and its number of cases show it again', (t) => {
  setEnvironment(ASKED);
  return holds(
    t,
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 50 }), async (seed, limit) => {
      const failures: string[] = [];
      try {
        setEnvironment({ FGM_FUZZ_CASES: '300', FGM_FUZZ_SEED: String(seed) });
        for (let attempt = 0; attempt < 2; attempt++) {
          const one = tester();
          await holds(
            one,
            fc.property(fc.nat(), (number) => number < limit),
          );
          const [, again, cases] = /FGM_FUZZ_SEED=(-?\d+) FGM_FUZZ_CASES=(\d+) npx tap/.exec(one.outcome[0]!)!;
          setEnvironment({ FGM_FUZZ_CASES: cases, FGM_FUZZ_SEED: again });
          failures.push(/Counterexample: .*/.exec(one.outcome[0]!)![0]);
        }
      } finally {
        setEnvironment(ASKED);
      }
      return failures.length === 2 && failures.every((text) => text === `Counterexample: [${limit}]`);
    }),
    50,
  );
});

t.test('as many cases as are asked for, fewer of what is dear', async (t) => {
  process.env['FGM_FUZZ_CASES'] = '500';
  process.env['FGM_FUZZ_REPORT'] = join(t.testdir(), 'report');
  for (const cost of [1, 10, 10_000])
    await holds(
      tester(),
      fc.property(fc.nat(), () => true),
      cost,
    );
  const lines = readFileSync(process.env['FGM_FUZZ_REPORT'], 'utf8').split('\n').slice(0, -1);
  const reports = lines.map((line) => JSON.parse(line) as PropertyReport);
  t.match(reports, [
    { property: 'of numbers', cost: 1, cases: 500, problem: null },
    { cost: 10, cases: 50 },
    { cost: 10_000, cases: 1 },
  ]);
});

t.test('no longer than it may, async ones too', async (t) => {
  process.env['FGM_FUZZ_MS'] = '20';
  const one = tester();
  const property = fc.asyncProperty(fc.nat(), () => Promise.resolve(true));
  await holds(one, property);
  t.match(one.outcome, [/^pass: [1-9]\d* cases$/]);
});

t.test('what is no number is refused', async (t) => {
  process.env['FGM_FUZZ_CASES'] = 'many';
  await t.rejects(holds(tester(), SMALL), { message: 'FGM_FUZZ_CASES=many: wanted a number' });
});

t.test('the case that time runs out for is waited for, and counts', async (t) => {
  process.env['FGM_FUZZ_MS'] = '200';
  let ended = false;
  const slow = (outcome: boolean) =>
    fc.asyncProperty(fc.nat(), async () => {
      await delay(600);
      ended = true;
      return outcome;
    });
  const [good, bad] = [tester(), tester()];
  await holds(good, slow(true));
  t.strictSame([good.outcome, ended], [['pass: 1 cases'], true]);
  await holds(bad, slow(false));
  t.match(bad.outcome, [/^fail: [^]*npx tap/]);
});
