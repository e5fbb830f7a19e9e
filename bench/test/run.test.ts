import { whyNoCgroups } from '@fgm/testkit';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { MICRO } from '../harness/benchmarks.ts';
import { isMeasured, type Figure } from '../harness/figure.ts';

const RUN = fileURLToPath(new URL('../run.ts', import.meta.url));

interface Results {
  readonly machine: Record<string, unknown>;
  readonly effort: string;
  readonly failed: readonly string[];
  readonly benchmarks: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
}

function bench(args: readonly string[], out: string) {
  const command = ['--conditions=@fgm/source', '--no-warnings=ExperimentalWarning', RUN, ...args];
  return spawnSync(process.execPath, command, { encoding: 'utf8', env: { ...process.env, FGM_BENCH_OUT: out } });
}

t.test('benchmarks run for a moment, as one table and as JSON', async (t) => {
  const out = t.testdir();
  // Without the right to make cgroups there is nothing to record.
  const names = whyNoCgroups() === false ? [...MICRO, 'read-and-parse', 'start-up'] : MICRO;
  const { status, stdout, stderr } = bench(['--smoke', ...names], out);
  t.equal(status, 0, stderr);
  const results = JSON.parse(readFileSync(join(out, 'smoke', 'results.json'), 'utf8')) as Results;
  t.match(results.machine, { cpu: String, cpus: Number, kernel: String, node: process.version, loadAverage: String });
  t.match(results, { effort: 'smoke', failed: [] });
  t.strictSame(results.benchmarks.map(({ name }) => name).sort(), [...names].sort());
  for (const { name, figures } of results.benchmarks) {
    t.ok(figures.some(isMeasured), `${name} has measured something`);
    t.strictSame(figures.filter(isMeasured).filter(isOdd), [], `${name}: unit, median and spread of each figure`);
    const own = JSON.parse(readFileSync(join(out, 'smoke', `${name}.json`), 'utf8')) as Partial<Results>;
    t.match(own, { name, figures, machine: { cpu: String }, effort: 'smoke' }, `${name} has a file of its own`);
  }
  const withReference = results.benchmarks.filter(({ figures }) => figures.some((one) => 'reference' in one));
  t.ok(withReference.length > results.benchmarks.length * 0.9, 'nearly all are measured against something');
  t.strictSame(tooWide(stdout), [], 'lines that fit a terminal');
});

/** What a figure must not be. */
function isOdd({
  unit,
  median,
  spread,
  runs,
  higherIsBetter,
  reference,
}: Extract<Figure, { median: number }>): boolean {
  const { p10, p90, min, max } = spread;
  const ordered = min <= p10 && p10 <= median && median <= p90 && p90 <= max;
  const named = reference === undefined || (reference.name !== '' && Number.isFinite(reference.ratio));
  return typeof unit !== 'string' || !ordered || runs < 1 || typeof higherIsBetter !== 'boolean' || !named;
}

function tooWide(table: string): string[] {
  return table.split('\n').filter((line) => line.length > 140);
}

t.test('what it does not understand is one line and exit code 2', async (t) => {
  for (const [args, message] of [
    [['--smoke', 'memory-stats'], /^no benchmark memory-stats; there are .*memory-stat,/],
    [['--quikc'], /quikc/],
    [['--compare'], /compare/],
    [['--compare', 'no-such-revision'], /^--compare: this repository has no commit no-such-revision$/],
    [['--compare', '--quick'], /compare/],
    [['--compare', 'HEAD', '--rounds', '1'], /^--rounds: want a number of at least 2, found 1$/],
    [['--compare', 'HEAD', '--rounds', 'many'], /^--rounds: want a number of at least 2, found many$/],
    [['--compare', 'HEAD', '--fail-above', '0.9'], /^--fail-above: want a number of at least 1, found 0\.9$/],
  ] as const) {
    const { status, stderr, stdout } = bench(args, t.testdir());
    t.equal(status, 2, args.join(' '));
    t.match(stderr.trim(), message);
    t.equal(stderr.trim().split('\n').length, 1, 'one line');
    t.equal(stdout, '');
  }
});
