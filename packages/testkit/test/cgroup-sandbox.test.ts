import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CgroupSandbox, Victim, cgroupMounts, whyNoCgroups } from '../src/index.ts';

t.test('mounts of v1, v2 and both are told from mountinfo', async (t) => {
  const line = (path: string, type: string, options: string) =>
    `31 24 0:27 / ${path} rw,nosuid shared:9 - ${type} none ${options}`;
  t.same(cgroupMounts(line('/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate')), { v2: '/sys/fs/cgroup' });
  const hybrid = [
    line('/cg/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct'),
    line('/cg/systemd', 'cgroup', 'rw,xattr,name=systemd'),
    line('/cg/unified', 'cgroup2', 'rw'),
    line('/cg/unified-again', 'cgroup2', 'rw'),
    line('/proc', 'proc', 'rw'),
  ];
  t.same(cgroupMounts(hybrid.join('\n')), {
    cpu: '/cg/cpu,cpuacct',
    cpuacct: '/cg/cpu,cpuacct',
    systemd: '/cg/systemd',
    v2: '/cg/unified',
  });
  t.same(cgroupMounts(''), {});
});

t.test('real cgroups are made, filled and removed', { skip: whyNoCgroups() }, async (t) => {
  const sandbox = new CgroupSandbox();
  t.teardown(() => sandbox.close());
  const directories = sandbox.make('pod/container');
  t.same(Object.keys(directories), Object.keys(cgroupMounts()));

  const victim = await Victim.start();
  sandbox.move(victim.pid, 'pod/container');
  for (const directory of Object.values(directories)) {
    t.equal(readFileSync(join(directory, 'cgroup.procs'), 'utf8'), `${victim.pid}\n`, directory);
  }

  sandbox.remove('pod');
  await t.rejects(victim.order('cpu', 1), { message: /ended at/ }, 'what was inside is gone');
  for (const directory of Object.values(directories)) t.notOk(existsSync(directory));
  for (const directory of Object.values(sandbox.directories)) t.ok(existsSync(directory));
  sandbox.close();
  for (const directory of Object.values(sandbox.directories)) t.notOk(existsSync(directory));
});
