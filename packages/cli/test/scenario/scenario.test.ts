import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIO_NAMES, startTimeOf } from '@fgm/scenarios';
import { NOBODY, whyNotAsNobody } from '@fgm/testkit';
import t from 'tap';
import { BIN, fgm } from '../fgm-process.ts';
import { bench } from './bench.ts';

t.test('all scenarios are listed, with what to look at', async (t) => {
  const { asked } = bench(t);
  const { code, stdout } = await asked('list');
  t.equal(code, 0);
  for (const name of SCENARIO_NAMES) t.match(stdout, new RegExp(`^${name} .*_`, 'm'));
  const listed = JSON.parse((await asked('list', '--json')).stdout) as { name: string; look_at: string[] }[];
  t.same(
    listed.map(({ name }) => name),
    SCENARIO_NAMES,
  );
});

for (const [args, code, message] of [
  [['run'], 2, 'scenario run: wanted --all, or some of memory-leak, '],
  [['run', 'bliss'], 2, 'there is no scenario "bliss"; there are memory-leak, '],
  [['run', 'idle', '--all'], 2, 'names and --all; wanted one of them'],
  [['run', 'idle', '--duration', '5'], 2, '--duration: "5" is not valid; wanted 1s to 7d, such as 5m, or off'],
  [['run', 'idle', '--seed', '-1'], 2, '--seed: "-1" is not valid; wanted a whole number'],
  [['run', 'idle', '--size', 'oom=much'], 2, '--size: "oom=much"; wanted oom=a size such as 64MiB: memory limit'],
  [['run', 'idle', '--size', 'depth=3'], 2, '--size: "depth=3"; wanted NAME=VALUE with one of leak, '],
  [['run', 'oom-kill', '--plain'], 1, 'oom-kill cannot be had here: --plain was given'],
  [['status', 'nope'], 1, 'there is no run "nope"; fgm scenario status lists them'],
  [['logs'], 1, 'there are no runs; fgm scenario run starts one'],
  [['logs', '--tail', 'all'], 2, 'wanted a number of lines, from 1'],
  [['stop'], 1, 'no run is running; fgm scenario status lists those that were'],
  [['stop', ''], 1, 'there is no run ""'],
  [['export', 'nope', '-o', 'out'], 1, 'there is no run "nope"'],
  [['export', 'nope'], 2, "required option '-o, --output <path>' not specified"],
] as const) {
  t.test(`refused: ${args.join(' ')}`, async (t) => {
    const { asked, root } = bench(t);
    const ended = await asked(...args);
    t.match(ended, { code, stdout: '' });
    t.match(ended.stderr, /^fgm: [^\n]*\n$/);
    t.ok(ended.stderr.includes(message), ended.stderr);
    t.same(globSync(join(root, 'state/fine-grained-monitor/scenarios/*')), [], 'nothing is left of it');
  });
}

t.test('what is known of runs cannot be kept, or read', async (t) => {
  const { root, env, scenario } = bench(t);
  writeFileSync(join(root, 'state'), 'a file');
  t.match(await scenario('run', 'idle', '--plain'), {
    code: 1,
    stderr: /cannot be made \(ENOTDIR\); XDG_STATE_HOME names/,
  });
  t.match(await scenario('status'), { code: 1, stderr: /cannot be read \(ENOTDIR\)/ });
  const elsewhere = { ...env, XDG_STATE_HOME: join(root, 'other') };
  const broken = join(root, 'other/fine-grained-monitor/scenarios/0badf00d');
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, 'run.json'), '{"schema_version": 1, ');
  t.match(await fgm(t, ['scenario', 'status'], elsewhere), { code: 1, stderr: /^fgm: .*run\.json: cannot be read \(/ });
  writeFileSync(join(broken, 'run.json'), '{"schema_version": 2}');
  t.match(await fgm(t, ['scenario', 'stop', '0badf00d'], elsewhere), {
    code: 1,
    stderr: /is no record of the run 0badf00d/,
  });
});

t.test('a run of another user is not ended', { skip: whyNotAsNobody(BIN) }, (t) => {
  const { root, env } = bench(t);
  const directory = join(root, 'state/fine-grained-monitor/scenarios/00c0ffee');
  mkdirSync(directory, { recursive: true });
  // This process stands for a run, as it would by sudo -E.
  const record = {
    schema_version: 1,
    run: '00c0ffee',
    process: { pid: process.pid, startTime: startTimeOf(process.pid) },
    kind: 'processes',
    scenarios: ['idle'],
    seed: 1,
    duration_ms: null,
    data_directory: root,
    began: '2026-01-01T00:00:00.000Z',
    ended: null,
    outcome: null,
    containers: [],
  };
  writeFileSync(join(directory, 'run.json'), JSON.stringify(record));
  // By a shell, as tap's loaders write where this user may not.
  const command = ['-c', 'NODE_OPTIONS= exec "$@"', 'sh', process.execPath, BIN, 'scenario', 'stop', '00c0'];
  const { status, stderr } = spawnSync('sh', command, {
    uid: NOBODY,
    gid: NOBODY,
    encoding: 'utf8',
    env: { ...env, PATH: process.env['PATH'], FGM_SOURCE: '1' },
  });
  t.equal(stderr, `fgm: the run 00c0ffee is process ${process.pid} of another user; wanted that user, or root\n`);
  t.equal(status, 1);
  // It does not take this process for its own in the end.
  rmSync(directory, { recursive: true });
  t.end();
});
