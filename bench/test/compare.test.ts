import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { BENCHMARKS } from '../harness/benchmarks.ts';
import { BENCH, runBenchmark } from '../harness/run-benchmark.ts';
import { commitOf, Worktree } from '../harness/worktree.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const skip = commitOf('HEAD') === null && 'no repository around this work tree';

function worktrees(): string {
  return spawnSync('git', ['-C', REPOSITORY, 'worktree', 'list'], { encoding: 'utf8' }).stdout;
}

function compare(args: readonly string[], out: string) {
  const command = ['--conditions=@fgm/source', '--no-warnings=ExperimentalWarning', join(BENCH, 'run.ts')];
  return spawn(process.execPath, [...command, '--compare', 'HEAD', '--smoke', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FGM_BENCH_OUT: out },
  });
}

t.test('both versions by turns', { skip }, async (t) => {
  const out = t.testdir();
  const child = compare(['--rounds', '2', '--fail-above', '1000', 'cpu-max'], out);
  let table = '';
  child.stdout.on('data', (chunk: Buffer) => (table += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  t.equal(code, 0);
  t.match(table, /^cpu-max: time +\S+ ns\/line +\S+ ns\/line +× [\d.]+/m);
  const record = JSON.parse(readFileSync(join(out, 'compare.json'), 'utf8')) as Record<string, unknown>;
  t.match(record, { base: commitOf('HEAD'), limit: 1000, machine: { cpu: String }, failed: {} });
  t.equal(worktrees().includes(`fgm-compare-${child.pid}-`), false, 'its work tree is gone');
});

t.test('it can be stopped at any time and leaves nothing', { skip }, async (t) => {
  const child = compare(['--rounds', '50', 'cpu-max'], t.testdir());
  for await (const line of createInterface({ input: child.stderr })) if (line.startsWith('round 1 ')) break;
  t.ok(worktrees().includes(`fgm-compare-${child.pid}-`), 'it has a work tree');
  child.kill('SIGINT');
  await once(child, 'close');
  t.notOk(worktrees().includes(`fgm-compare-${child.pid}-`), 'it has none any more');
});

t.test('a benchmark that fails has no figures, and its error is said', async (t) => {
  const dir = t.testdir({ 'broken.ts': "throw new TypeError('as intended');\n" });
  const said: string[] = [];
  t.capture(console, 'error', (line: string) => said.push(line));
  const options = { effort: 'smoke', out: dir, bench: dir, quiet: true } as const;
  t.equal(await runBenchmark('broken', { file: 'broken.ts' }, options), null);
  t.match(said.join('\n'), /broken\.ts: TypeError: as intended$/);
});

t.test('a base is made of the code as it was and the benchmarks as they are', { skip }, async (t) => {
  const base = new Worktree(commitOf('HEAD')!);
  t.teardown(() => base.remove());
  const own = readFileSync(join(BENCH, BENCHMARKS['cpu-max']!.file), 'utf8');
  t.equal(readFileSync(join(base.bench, 'micro', 'cpu-max.ts'), 'utf8'), own);
  const resolved = spawnSync(
    process.execPath,
    ['--conditions=@fgm/source', '-e', "process.stdout.write(import.meta.resolve('@fgm/kernfs'))"],
    { cwd: base.directory, encoding: 'utf8' },
  ).stdout;
  t.ok(resolved.startsWith(`file://${base.directory}/packages/kernfs/`), resolved);
  base.remove();
  t.notOk(worktrees().includes(base.directory));
  t.doesNotThrow(() => base.remove(), 'once more does no harm');
});

t.test('revisions', async (t) => {
  for (const revision of ['no-such-revision', '', '--all', 'HEAD:package.json'])
    t.equal(commitOf(revision), null, revision);
});
