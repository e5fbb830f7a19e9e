import t from 'tap';
import { procPidCgroup } from '../src/proc-pid-cgroup.ts';

t.strictSame(procPidCgroup('0::/system.slice/ssh.service\n'), [
  { hierarchy: 0, controllers: [], path: '/system.slice/ssh.service' },
]);

t.strictSame(
  procPidCgroup('11:cpu,cpuacct:/docker/4f1e\n1:name=systemd:/\n0::/a b:c (deleted)\n'),
  [
    { hierarchy: 11, controllers: ['cpu', 'cpuacct'], path: '/docker/4f1e' },
    { hierarchy: 1, controllers: ['name=systemd'], path: '/' },
    { hierarchy: 0, controllers: [], path: '/a b:c (deleted)' },
  ],
  'v1, named and v2 hierarchies; a path may hold colons and blanks',
);

for (const text of ['', '\n', '0::/cut', ':::\n', '0:\n', '0:/\n', 'x::/\n', '0::relative\n', '::/\n']) {
  t.strictSame(procPidCgroup(text), [], `${JSON.stringify(text)} tells nothing`);
}
