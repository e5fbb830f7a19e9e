import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { procPidCgroup } from '../src/proc-pid-cgroup.ts';
import { edges } from './suite/edges.ts';
import { hostileText } from './suite/hostile-text.ts';
import { mutated } from './suite/mutations.ts';

const SAMPLE = '11:cpu,cpuacct:/docker/4f1e\n1:name=systemd:/\n0::/a b:c (deleted)\n';

/** By a regular expression. */
function slow(text: string): object[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const [, hierarchy, names, path] = /^(0|[1-9][0-9]{0,14}):([^:]*):(\/.*)$/s.exec(line) ?? [];
    if (hierarchy === undefined || names === undefined || path === undefined) return [];
    return [{ hierarchy: Number(hierarchy), controllers: names === '' ? [] : names.split(','), path }];
  });
}

edges({ family: 'proc-pid-cgroup', parse: procPidCgroup, twin: slow, sample: SAMPLE });

void t.test('agrees with a slow parser', (t) =>
  holds(
    t,
    fc.property(fc.oneof(mutated(fc.constant(SAMPLE)), hostileText('proc-pid-stat'), fc.string()), (text) =>
      isDeepStrictEqual(procPidCgroup(text), slow(text)),
    ),
  ),
);

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

for (const text of [
  '',
  '\n',
  '0::/cut',
  ':::\n',
  '0:\n',
  '0:/\n',
  'x::/\n',
  '0::relative\n',
  '::/\n',
  ' ::/\n',
  '-1::/\n',
  '0x1::/\n',
  '1e3::/\n',
]) {
  t.strictSame(procPidCgroup(text), [], `${JSON.stringify(text)} tells nothing`);
}
