/** The table of paths once more, as real cgroups, and some of them with real containers in them. */
import { CgroupSandbox, RuncContainer, containerId, whyNoCgroups, whyNot } from '@fgm/testkit';
import t from 'tap';
import { scan } from '../src/index.ts';
import { A, B, CONTAINERS, SANDBOXES } from './cgroup-paths.ts';
import type { Container } from './cgroup-paths.ts';
import { CGROUP_ROOT } from './live-cgroups.ts';

function entityOf(id: string) {
  const { entities, troubles } = scan({ cgroupRoot: CGROUP_ROOT, scope: 'containers' });
  return { entity: entities.find(({ identity }) => identity.containerId === id), entities, troubles };
}

t.test('every path of the table, made in the kernel', { skip: whyNoCgroups() }, async (t) => {
  const sandbox = new CgroupSandbox();
  t.teardown(() => sandbox.close());
  const made = Object.entries({ ...CONTAINERS, ...SANDBOXES }).map(([name, row]) => {
    const [a, b] = [containerId(), containerId()];
    const own = (text: string): string => text.replaceAll(A, a).replaceAll(B, b);
    const path = own(row[0]);
    sandbox.make(path, ['v2']);
    return { name, path, row, id: own(row[1]) };
  });
  const { entities } = entityOf('');
  for (const { name, path, row, id } of made) {
    const [, , runtime, qos = null, podUid = null] = row;
    const found = entities.filter(({ identity }) => identity.containerId === id);
    t.equal(found.length, 1, name);
    t.match(found[0]?.identity, { cgroup: sandbox.path + path, runtime, qos, podUid }, name);
  }
});

t.test('containers that runc has put there', { skip: whyNoCgroups() || whyNot('runc') }, async (t) => {
  const names = [
    'cgroupfs, burstable',
    'containerd, guaranteed',
    'untranslated, containerd',
    'Podman pod, cgroupfs',
    'kind, inner, systemd',
  ];
  for (const name of names) {
    const [path, is, runtime, qos = null, podUid = null] = CONTAINERS[name] as Container;
    const [id, other] = [containerId(), containerId()];
    const cgroup = path.replaceAll(is, id).replaceAll(is === A ? B : A, other);
    const container = new RuncContainer({ cgroup: `/fgm-test-paths-${process.pid}${cgroup}`, id });
    t.teardown(() => container.remove());
    const { entity } = entityOf(id);
    t.match(entity?.identity, { scope: 'container', containerId: id, runtime, qos, podUid }, name);
    t.ok((entity?.processDirectories.length ?? 0) >= 1, name);
  }
});
