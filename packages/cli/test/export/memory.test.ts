/** A viewer, and files that it makes, in a cgroup with little memory. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CgroupSandbox } from '@fgm/testkit';
import t from 'tap';
import { startFgm, urlOf } from '../fgm-process.ts';
import { asked, recordedRows, replayed } from './replayed.ts';

const MIB = 2 ** 20;
const V1 = '/sys/fs/cgroup/memory';
const skip = process.getuid?.() !== 0 || !existsSync(V1) ? 'wants root, and cgroup v1 of memory' : false;
const SLOW = { timeout: 240_000 } as const;

t.test('a viewer is not ended by the files that it makes', { ...SLOW, skip }, async (t) => {
  t.testdir({});
  const directory = await replayed(t, 'churn');
  const rows = (await recordedRows(directory, 'containers')).length;
  const sandbox = new CgroupSandbox('fgm-export');
  t.teardown(() => sandbox.close());
  const own = join(V1, sandbox.path);
  writeFileSync(join(own, 'memory.limit_in_bytes'), String(256 * MIB));
  const viewer = startFgm(t, ['view', directory, '--listen', '127.0.0.1:0']);
  const url = await urlOf(viewer);
  sandbox.move(viewer.process.pid!);
  const killed = (): string => /^oom_kill (\d+)/m.exec(readFileSync(join(own, 'memory.oom_control'), 'utf8'))![1]!;
  const ask = (query: string): Promise<Response> => fetch(`${url}/api/v1/export?from=-1h&${query}`);

  for (const format of ['parquet', 'csv', 'html']) {
    const answer = await ask(`metrics=memory_current_bytes&format=${format}`);
    const body = Buffer.from(await answer.arrayBuffer());
    t.equal(answer.status, 200, `${format}: ${body.toString('utf8', 0, 300)}`);
    if (format !== 'html') t.equal(Number(answer.headers.get('x-fgm-rows')), rows);
  }
  writeFileSync(join(own, 'memory.limit_in_bytes'), String(200 * MIB));
  const none = await ask('metrics=memory_current_bytes');
  const message =
    /^a file takes at least 112 MiB of memory to make, and \d+ MiB are left: raise the limit of the viewer's container$/;
  t.match(
    { status: none.status, body: await none.json() },
    { status: 422, body: { error: { code: 'too_large', message } } },
  );
  t.equal((await fetch(`${url}/healthz`)).status, 200, 'and the viewer is there');
  t.equal(killed(), '0', 'the kernel has ended nobody');
});

t.test('the command keeps to what it is given, and says how little is too little', SLOW, async (t) => {
  t.testdir({});
  const directory = await replayed(t, 'churn');
  const file = join(t.testdirName, 'few.parquet');
  const few = await asked(['export', directory, '--memory', '112MiB', '--metrics', 'memory_current_bytes', '-o', file]);
  t.match(few, { code: 0, stderr: '' });
  const none = await asked(['export', directory, '--memory', '12MiB', '-o', file]);
  t.match(none, { code: 2, stderr: /--memory.*wanted a size of at least 112MiB/ });
});
