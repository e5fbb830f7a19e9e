import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { instants, recordTree, sums } from '../../../agent/test/replay/recorded-tree.ts';
import { replayLines } from '../../src/replay/report.ts';
import { fgm, startFgm } from '../fgm-process.ts';

const top = t.testdir({ full: { 'notes.txt': '' }, file: '' });
const fixture = join(top, 'fixture');
t.before(() => recordTree(top, instants(5)));

void t.test('replays a fixture, and what comes out is valid', async (t) => {
  const [one, other] = [join(top, 'one'), join(top, 'other')];
  const { code, stdout, stderr } = await fgm(t, ['replay', fixture, '--output-dir', one]);
  t.same([code, stderr], [0, '']);
  t.match(
    stdout,
    /^5 ticks, [\d,]+ samples in .* m?s: [\d,]+ ns a sample\n\d+ files of .* in .*one, identifier recorded-/,
  );
  t.match(stdout, /\ntable +rows\ncontainers +\d+\nprocesses +\d+\n/);
  const again = await fgm(t, ['replay', fixture, '--output-dir', other, '--speed', '100', '--json']);
  t.match(JSON.parse(again.stdout), { ticks: 5, missed: { count: 0, paths: [] } });
  t.same(sums(other), sums(one));
  const checked = await fgm(t, ['validate', one]);
  t.equal(checked.code, 0, checked.stdout);
});

void t.test('what cannot be done is one line', async (t) => {
  const out = join(top, 'out');
  const cases: readonly [readonly string[], number, RegExp][] = [
    [[top, '--output-dir', out], 1, /^fgm: .*manifest\.json.*\n$/],
    [[join(top, 'file'), '--output-dir', out], 1, /^fgm: .*file: is not a directory; wanted one that fgm record.*\n$/],
    [[join(top, 'none'), '--output-dir', out], 1, /^fgm: .*none.*\n$/],
    [[fixture, '--output-dir', join(top, 'full')], 1, /^fgm: .*is not empty \(notes\.txt\).*\n$/],
    [[fixture, '--output-dir', join(top, 'file')], 1, /^fgm: cannot make the data directory .*\n$/],
    [[fixture], 2, /^fgm: .*--output-dir.*\n$/],
    [[fixture, '--output-dir', out, '--speed', '0'], 2, /^fgm: .*wanted max, or how many times.*\n$/],
    [[fixture, '--output-dir', out, '--speed', 'fast'], 2, /^fgm: .*wanted max.*\n$/],
    [[fixture, '--output-dir', out, '--rotation', '1x'], 2, /^fgm: .*wanted a duration.*\n$/],
    [[fixture, '--output-dir', out, '--rotation', '500ms'], 2, /^fgm: --rotation: 500ms is shorter than .* 1s; .*\n$/],
    [[fixture, '--output-dir', out, '--memory', 'some'], 2, /^fgm: .*wanted one of rollup, full, off.*\n$/],
    [[fixture, '--output-dir', out, '--identifier', '../x'], 2, /^fgm: .*wanted .*\n$/],
  ];
  for (const [args, exitCode, message] of cases) {
    const { code, stdout, stderr } = await fgm(t, ['replay', ...args]);
    t.same([code, stdout], [exitCode, ''], args.join(' '));
    t.match(stderr, message);
  }
  t.same(existsSync(out) ? readdirSync(out) : [], []);
});

void t.test('a signal ends it, and what there is by then is valid', async (t) => {
  const out = join(top, 'interrupted');
  mkdirSync(out);
  const running = startFgm(t, ['replay', fixture, '--output-dir', out, '--speed', '0.01']);
  // It is under way as soon as it writes.
  while (!existsSync(join(out, 'spool'))) await new Promise((resolve) => void setImmediate(resolve));
  running.process.kill('SIGINT');
  const { code, stderr } = await running.ended;
  t.equal(code, 1);
  t.match(
    stderr,
    /^fgm: interrupted after 1 of 5 instants: what is in .*interrupted is valid, but not what the whole.*\n$/,
  );
  const checked = await fgm(t, ['validate', out]);
  t.equal(checked.code, 0, checked.stdout);
  t.notOk(existsSync(join(out, 'spool')) && readdirSync(join(out, 'spool')).length > 0, 'no window is left open');
});

void t.test('the summary says what a fixture lacks', (t) => {
  const paths = Array.from({ length: 7 }, (_, index) => `/proc/${index}/new`);
  const summary = {
    ticks: 1,
    rows: { node: 1 },
    samples: 0,
    files: 1,
    bytes: 10,
    runId: 'run',
    identifier: 'x',
    instants: 1,
    workMs: 1,
    missed: { count: 12, paths },
  };
  const text = replayLines(summary, 'out').join('\n');
  t.match(text, /1 tick, 0 samples in 1\.0 ms: no samples/);
  t.match(text, /12 looks at what the fixture does not have.*\n  \/proc\/0\/new\n(?:  \/proc.*\n){4}  …/);
  t.end();
});
