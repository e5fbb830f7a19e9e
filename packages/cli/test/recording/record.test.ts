import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeTree } from '@fgm/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { fgm, startFgm } from '../fgm-process.ts';
import type { Running } from '../fgm-process.ts';

interface Recording {
  readonly data: string;
  /** A file of settings for it. */
  readonly config: string;
  readonly recorder: Running;
}

/** A recorder of a small machine of files. */
function record(t: Test, command: string, args: readonly string[], settings = ''): Recording {
  const root = t.testdir({ 'fgm.yaml': settings });
  const [data, config] = [join(root, 'recording'), join(root, 'fgm.yaml')];
  const tree = new FakeTree(join(root, 'machine'), { containers: 2, processes: 1 });
  const machine = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', root];
  const always = ['--config', config, '--output-dir', data, '--interval', '100ms', '--listen', 'off'];
  const recorder = startFgm(t, [command, ...always, ...machine, ...args]);
  return { data, config, recorder };
}

for (const command of ['monitor', 'up']) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    t.test(`${command} ends in order on ${signal}`, async (t) => {
      const { data, recorder } = record(t, command, []);
      await recorder.said(/"msg":"recording"/);
      recorder.process.kill(signal);
      const { code, stdout, stderr } = await recorder.ended;
      t.equal(code, 0, stderr);
      t.equal(stdout, '');
      for (const line of stderr.trimEnd().split('\n'))
        t.match(JSON.parse(line), { level: /^\w+$/, time: /Z$/, msg: /\w/ });
      const { stdout: checked, code: valid } = await fgm(t, ['validate', data]);
      t.equal(valid, 0, checked);
    });
  }
}

t.test('a duration ends it, too', async (t) => {
  const { recorder } = record(t, 'monitor', ['--duration', '500ms']);
  t.match(await recorder.ended, { code: 0, signal: null });
});

t.test('nothing is written to the log that is less severe than asked for', async (t) => {
  const { recorder } = record(t, 'monitor', ['--duration', '300ms', '--log-level', 'error']);
  t.match(await recorder.ended, { code: 0, stderr: '' });
});

t.test('SIGHUP takes over what can be changed, names what cannot, and survives what is wrong', async (t) => {
  const { config, recorder } = record(t, 'monitor', [], 'rotation: 60s\n');
  await recorder.said(/"msg":"recording"/);
  writeFileSync(config, 'rotation: 30s\nmemory: off\n');
  recorder.process.kill('SIGHUP');
  await recorder.said(/"needRestart":\["memory"\],"msg":"configuration reread"/);
  writeFileSync(config, 'rotation: soon\n');
  recorder.process.kill('SIGHUP');
  await recorder.said(
    /"level":"error".*fgm\.yaml:1: rotation: \\"soon\\" is not valid.*"msg":"configuration not reread, the old one stays"/,
  );
  recorder.process.kill('SIGTERM');
  t.match(await recorder.ended, { code: 0 });
});

t.test('two recorders do not share a directory', async (t) => {
  const { data, recorder } = record(t, 'monitor', []);
  await recorder.said(/"msg":"recording"/);
  const second = await fgm(t, ['monitor', '--output-dir', data, '--listen', 'off', '--duration', '1s']);
  t.equal(second.code, 1);
  t.match(second.stderr, new RegExp(`^fgm: .*${recorder.process.pid}.*\n$`), 'one line that names the first');
  recorder.process.kill('SIGTERM');
  t.match(await recorder.ended, { code: 0 });
});

t.test('a log that nobody reads does not stop a recording', async (t) => {
  const { data, recorder } = record(t, 'monitor', ['--duration', '1500ms', '--log-level', 'debug']);
  await recorder.said(/"msg":"recording"/);
  recorder.process.stderr.destroy();
  recorder.process.stdout.destroy();
  t.match(await recorder.ended, { code: 0 });
  t.equal((await fgm(t, ['validate', data])).code, 0);
});
