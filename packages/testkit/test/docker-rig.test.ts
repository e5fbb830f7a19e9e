import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DockerRig, whyNot } from '../src/index.ts';

t.test('a private Docker runs a container and leaves nothing', { skip: whyNot('docker') }, async (t) => {
  const rig = new DockerRig();
  t.teardown(() => existsSync(rig.directory) && rig.stop());
  const id = rig.start(['--name', 'fgm-web', '--memory', '64m'], 'sleep', '1000');
  t.match(id, /^[0-9a-f]{64}$/);
  t.match(readFileSync(`/proc/${rig.pid(id)}/cgroup`, 'utf8'), id);
  t.match(readFileSync(join(rig.directory, 'data/containers', id, 'config.v2.json'), 'utf8'), '"Name":"/fgm-web"');
  const pid = rig.pid(id);
  rig.stop();
  t.notOk(existsSync(`/proc/${pid}`));
  t.notOk(existsSync(rig.directory));
});
