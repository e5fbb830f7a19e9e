import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { HostRoot, MAX_FILE_BYTES } from '../../src/names/host-root.ts';
import { SteppedTime } from '../../src/stepped-time.ts';

t.test('reads a file, and tells it from a later one', async (t) => {
  const root = t.testdir({ etc: { name: 'node' } });
  const host = new HostRoot(root);
  const file = await host.read('/etc/name');
  t.match(file, { path: '/etc/name', text: 'node' });
  t.equal(await host.stamp('/etc/name'), file?.stamp);
  writeFileSync(join(root, 'etc/name'), 'other');
  t.not(await host.stamp('/etc/name'), file?.stamp);
  t.equal((await host.read('//etc/./../etc/name'))?.text, 'other');
  t.equal(host.errors, 0);
});

t.test('a look that is shared, until somebody looks anew', async (t) => {
  const root = t.testdir({ logs: {} });
  const time = new SteppedTime(Date.now() * 1_000);
  const host = new HostRoot(root, time, 200);
  const { stamp } = await host.look('/logs');
  t.equal(await host.stamp('/logs'), stamp);
  const touch = (seconds: number) => utimesSync(join(root, 'logs'), seconds, seconds);
  touch(1_000);
  t.equal((await host.look('/logs')).stamp, stamp);
  host.lookAnew();
  const later = await host.look('/logs');
  t.not(later.stamp, stamp);
  t.ok(later.settled);
  touch(2_000);
  time.moveTo(time.usec() + 200_000);
  t.not((await host.look('/logs')).stamp, later.stamp, 'it is too old by then');
  t.same(await host.look('/none'), { stamp: null, settled: false });
  t.match(await new HostRoot(root).look('/logs'), { stamp: await host.stamp('/logs') });
});

t.test('news of what was looked at', async (t) => {
  const root = t.testdir({ logs: {}, other: {} });
  const host = new HostRoot(root);
  t.notOk(await host.hasNews(), 'nothing was');
  for (const path of ['/logs', '/none']) await host.look(path);
  t.notOk(await host.hasNews());
  mkdirSync(join(root, 'other/new'));
  t.notOk(await host.hasNews());
  utimesSync(join(root, 'logs'), 1_000, 1_000);
  t.ok(await host.hasNews());
  t.notOk(await host.hasNews());
  mkdirSync(join(root, 'none'));
  t.ok(await host.hasNews());
});

t.test('what is not there is null, and no error', async (t) => {
  const host = new HostRoot(t.testdir({ file: '' }));
  t.equal(await host.read('/none'), null);
  t.equal(await host.read('/file/below'), null);
  t.equal(await host.list('/none'), null);
  t.equal(await host.stamp('/none/none'), null);
  t.equal(await host.link('/none'), null);
  t.equal(await new HostRoot(join(t.testdirName, 'no-root')).read('/x'), null);
  t.equal(host.errors, 0);
});

t.test('links are followed inside of the root only', async (t) => {
  const root = t.testdir({
    outside: { secret: 'of ours' },
    host: { var: { run: {} }, run: { docker: { name: 'right' } }, outside: { secret: 'of the node' } },
  });
  const host = new HostRoot(join(root, 'host'));
  const link = (target: string, ...path: string[]) => symlinkSync(target, join(root, 'host', ...path));
  link('/run/docker', 'var/run/absolute');
  link('../../run/docker', 'var/run/relative');
  link('../../../../../../outside', 'var/run/up');
  link(join(root, 'outside'), 'var/run/out');
  link('/var/run/absolute/name', 'var/run/file');
  for (const name of ['absolute', 'relative']) t.equal((await host.read(`/var/run/${name}/name`))?.text, 'right', name);
  t.equal((await host.read('/var/run/file'))?.text, 'right');
  t.equal((await host.read('/var/run/up/secret'))?.text, 'of the node');
  t.equal(await host.read('/var/run/out/secret'), null);
  t.same(await host.list('/var/run/absolute'), ['name']);
  t.equal(await host.link('/var/run/absolute'), '/run/docker');
  t.equal(await host.link('/var/run/absolute/name'), null, 'a file is no link');
});

t.test('what cannot be read is null and counted', async (t) => {
  const root = t.testdir({ directory: {}, large: '', grown: 'x'.repeat(40) });
  writeFileSync(join(root, 'large'), Buffer.alloc(MAX_FILE_BYTES + 1));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'fifo')]);
  symlinkSync('loop-2', join(root, 'loop-1'));
  symlinkSync('loop-1', join(root, 'loop-2'));
  symlinkSync('/dev/zero', join(root, 'zero'));
  for (const path of ['directory', 'large', 'fifo', 'loop-1']) {
    const host = new HostRoot(root);
    t.equal(await host.read(`/${path}`), null, path);
    t.equal(host.errors, 1, path);
  }
  const devices = new HostRoot('/');
  t.equal(await devices.read('/dev/zero'), null);
  t.equal(devices.errors, 1);
  const small = new HostRoot(root);
  t.equal(await small.read('/grown', 39), null);
  t.equal((await small.read('/grown', 40))?.text.length, 40);
});

t.test('a file that claims to be empty is read to its end, and no further than the limit', async (t) => {
  const host = new HostRoot('/proc');
  t.match((await host.read('/self/stat'))?.text, /\d/, 'by a link of the kernel');
  t.equal(await host.read('/kallsyms', 100), null);
  t.equal(host.errors, 1);
});

t.test(
  'a directory without permission',
  { skip: process.getuid?.() === 0 && 'root may read everything' },
  async (t) => {
    const root = t.testdir({ closed: { file: '' } });
    chmodSync(join(root, 'closed'), 0);
    t.teardown(() => chmodSync(join(root, 'closed'), 0o700));
    const host = new HostRoot(root);
    t.equal(await host.read('/closed/file'), null);
    t.equal(await host.list('/closed'), null);
    t.equal(host.errors, 2);
  },
);
