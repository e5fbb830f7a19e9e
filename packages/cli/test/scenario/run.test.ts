import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '@fgm/scenarios';
import t from 'tap';
import { bench, traces } from './bench.ts';

t.test('a run in the background, from its beginning to its end', async (t) => {
  const { root, scenario, record } = bench(t);
  const data = join(root, 'recording');
  const args = ['chatty', 'idle', '--plain', '--detach', '--duration', 'off', '--data-dir', data];
  const begun = await scenario('run', ...args);
  t.match(begun, { code: 0, stderr: '' });
  const run = begun.stdout.trim();
  t.match(run, /^[0-9a-f]{8}$/);
  const { process: owner } = record(run);
  t.ok(isAlive(owner));

  t.match((await scenario('status')).stdout, new RegExp(`^${run}  running .* chatty, idle$`, 'm'));
  const second = await scenario('run', 'idle', '--plain', '--detach', '--data-dir', data);
  t.equal(second.code, 1, 'two recorders do not share a directory');
  t.match(second.stderr, /^fgm: [^\n]*recording\b[^\n]*\n$/);

  let said = '';
  const giveUp = Date.now() + 60_000;
  while (!/^\S+Z chatty audit-log-\S+: /m.test(said) && Date.now() < giveUp)
    said = (await scenario('logs', 'chatty', '--run', run, '--tail', '3')).stdout;
  t.ok(said.trimEnd().split('\n').length <= 3, said);
  // Who has said something runs.
  t.match((await scenario('status', run.slice(0, 6))).stdout, /^chatty +running +1 +payments/m);
  t.match(await scenario('logs', 'oom-kill', '--run', run), {
    code: 2,
    stderr: /is without oom-kill; it has chatty, idle/,
  });

  t.match(await scenario('stop', run), { code: 0, stdout: `stopped ${run}; the recording is in ${data}\n` });
  t.notOk(isAlive(owner));
  t.same(traces(owner.pid), [], 'nothing is left');
  t.match(await scenario('stop', run), { code: 1, stderr: new RegExp(`the run ${run} has ended before: stopped at `) });
  t.match((await scenario('logs', '--run', run)).stdout, / idle \S+: idle: started/, 'its logs stay');

  const out = join(root, 'out');
  const exported = await scenario('export', run, '-o', out, '--json');
  t.match(exported, { code: 0, stderr: '' });
  const { files } = JSON.parse(exported.stdout) as { files: { path: string; rows: number }[] };
  t.ok(files.find(({ path }) => path.endsWith('/processes.parquet'))!.rows > 0);
  t.match(JSON.parse(readFileSync(join(out, 'dashboard.json'), 'utf8')), { schema_version: 1, name: `Run ${run}` });
  t.match(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')), { run, outcome: 'stopped' });
  t.match(await scenario('export', run, '-o', out), { code: 2, stderr: /is there already; --force replaces it/ });
  t.match(await scenario('export', run, '-o', `${out}.parquet`), { code: 0, stdout: /long parquet/ });

  t.match(await scenario('stop', run, '--forget'), { code: 0, stdout: `${run} is forgotten\n` });
  t.ok(existsSync(data), 'a recording elsewhere stays');
  t.equal((await scenario('status', run)).code, 1);
});
