import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PodmanRig, whyNoCgroups, whyNot } from '../src/index.ts';

t.test(
  'a Podman of our own runs a container and leaves nothing',
  { skip: whyNoCgroups() || whyNot('podman') },
  async (t) => {
    const rig = new PodmanRig();
    t.teardown(() => existsSync(rig.root) && rig.stop());
    const id = rig.start(['--name', 'web'], 'sleep', '1000');
    t.match(id, /^[0-9a-f]{64}$/);
    const list = join(rig.root, 'var/lib/containers/storage/overlay-containers/containers.json');
    t.match(readFileSync(list, 'utf8'), '"names":["web"]');
    const pid = rig.podman('inspect', '--format', '{{.State.Pid}}', id);
    t.match(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), `libpod-${id}`);
    rig.stop();
    t.notOk(existsSync(rig.root));
  },
);
