import { join } from 'node:path';
import { isAlive } from '@fgm/scenarios';
import { whyNot } from '@fgm/testkit';
import t from 'tap';
import { fgm, startFgm } from '../fgm-process.ts';
import { bench, traces, until } from './bench.ts';

t.test('a run that was killed is told from others, and cleaned up after', async (t) => {
  const { scenario, record } = bench(t);
  const run = (await scenario('run', 'idle', '--plain', '--detach')).stdout.trim();
  const { process: owner } = record(run);
  process.kill(owner.pid, 'SIGKILL');
  await until('it is gone', () => !isAlive(owner));
  t.match((await scenario('status')).stdout, new RegExp(`^${run}  killed `, 'm'));
  t.match(await scenario('stop', run), { code: 0, stdout: new RegExp(`^cleaned up after ${run}`) });
  await until('nothing is left', () => traces(owner.pid).length === 0);
  t.match(await scenario('stop', run), { code: 1, stderr: /has ended before: killed at/ });
});

t.test('containers run out of memory as long as they may, in the foreground', { skip: whyNot('runc') }, async (t) => {
  const { scenario, env, root } = bench(t);
  const args = ['scenario', 'run', 'oom-kill', '--duration', '12s', '--size', 'oom=24MiB'];
  const running = startFgm(t, args, env);
  const { pid } = running.process;
  const ended = await running.ended;
  t.match(ended, { code: 0, stdout: /oom-kill ended: shop\/image-resizer/ }, ended.stderr);
  t.same(traces(pid!), []);
  const [, run = ''] = /^run (\w+): oom-kill; recorded to /m.exec(ended.stdout) ?? [];
  t.match((await scenario('status')).stdout, new RegExp(`^${run}  finished `, 'm'));
  const data = join(root, 'state/fine-grained-monitor/scenarios', run, 'data');
  const { stdout } = await fgm(t, ['query', data, "SELECT count(*) AS kills FROM events WHERE type = 'oom_kill'"]);
  t.match(stdout, /kills\s+[1-9]/);
  t.equal((await fgm(t, ['validate', data])).code, 0);
});
