import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CriRig, allCgroupMounts, whyNoCgroups, whyNot } from '../src/index.ts';

t.test('a pod as a kubelet makes it, and nothing is left', { skip: whyNoCgroups() || whyNot('cri') }, async (t) => {
  const rig = new CriRig();
  const pod = await rig.pod('default', 'web-0');
  t.teardown(() => existsSync(rig.root) && rig.stop(pod));
  const id = await rig.start(pod, 'web', 0, 'sh', '-c', 'echo hello; sleep 1000');
  t.match(id, /^[0-9a-f]{64}$/);
  const cgroup = `/kubepods/burstable/pod${pod.uid}`;
  for (const each of [pod.id, id]) t.ok(allCgroupMounts().some((mount) => existsSync(join(mount, cgroup, each))));
  const logs = join(rig.root, 'var/log/pods', `default_web-0_${pod.uid}`, 'web/0.log');
  t.type(readFileSync(logs, 'utf8'), 'string');
  const task = join(rig.root, 'run/containerd/io.containerd.runtime.v2.task/k8s.io', id, 'config.json');
  t.match(readFileSync(task, 'utf8'), '"io.kubernetes.cri.container-name":"web"');
  await t.rejects(rig.start(pod, 'broken', 0, '/no/such/program'), /StartContainer/);
  await rig.stop(pod);
  t.notOk(existsSync(rig.root));
  t.notOk(allCgroupMounts().some((mount) => existsSync(join(mount, cgroup))));
});
