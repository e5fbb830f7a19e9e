import { join } from 'node:path';
import { allCgroupMounts, removeTree } from '@fgm/scenarios';
import { CriRig } from '../cri-rig.ts';
import { DockerRig } from '../docker-rig.ts';
import { PodmanRig } from '../podman-rig.ts';
import { takeTurns, type Scene } from './scene.ts';

const BUSY = 'while :; do head -c 4000000 /dev/urandom >/tmp/x; sleep 0.3; done';
const WAVES = 'while :; do seq 1 60000 | tail -n 1; sleep 0.7; done';
const KUBEPODS = 'kubepods/burstable';

/** Docker, Podman and a containerd with pods beside each other: containers come, restart, get other names and go. */
export async function hybridScene(cgroup: string): Promise<Scene> {
  const docker = new DockerRig(`--cgroup-parent=${cgroup}/docker`);
  const podman = new PodmanRig();
  const cri = new CriRig();
  const run = (flags: readonly string[], script: string): string => docker.start(flags, 'sh', '-c', script);
  const podmanFlags = ['--cgroup-parent', `${cgroup}/libpod_parent`];

  const web = run(['--name', 'web', '--label', 'app=shop', '--memory', '96m'], BUSY);
  run(
    ['--name', 'worker', '--cpus', '0.2', '--restart', 'always'],
    'i=0; while [ $i -lt 90000 ]; do i=$((i+1)); done; exit 3',
  );
  const idle = run(['--name', 'idle'], 'sleep 100000');
  podman.start([...podmanFlags, '--name', 'cache'], 'sh', '-c', WAVES);
  podman.podman(
    'pod',
    'create',
    '--name',
    'group',
    '--infra-image',
    'localhost/busybox:rig',
    '--infra-command',
    'sleep 100000',
    '--share',
    'uts',
    ...podmanFlags,
  );
  podman.start(['--pod', 'group', '--name', 'inpod'], 'sleep', '100000');
  const shop = await cri.pod('shop', 'web-7d9f8b6c5-x2x4z', `${cgroup}/${KUBEPODS}`);
  const other = await cri.pod('payments', 'ledger-0', `${cgroup}/${KUBEPODS}`);
  const app = await cri.start(shop, 'app', 0, 'sh', '-c', BUSY);
  await cri.start(shop, 'sidecar', 0, 'sleep', '100000');
  await cri.start(other, 'ledger', 2, 'sh', '-c', WAVES);

  const step = takeTurns([
    { atMs: 8_000, does: () => run(['--name', 'late', '--pids-limit', '20'], WAVES) },
    { atMs: 14_000, does: () => docker.docker('rename', idle, 'renamed') },
    { atMs: 20_000, does: async () => (await cri.remove(app), await cri.start(shop, 'app', 1, 'sh', '-c', BUSY)) },
    { atMs: 26_000, does: () => docker.docker('rm', '--force', web) },
    {
      atMs: 32_000,
      does: () => docker.docker('run', '--network', 'none', '--rm', '--name', 'short', 'busybox:rig', 'seq', '9'),
    },
    { atMs: 36_000, does: () => podman.podman('rm', '--force', '--time', '0', 'cache') },
    { atMs: 42_000, does: () => podman.start([...podmanFlags, '--name', 'again'], 'sleep', '100000') },
  ]);
  return {
    cgroup,
    host: {
      '/var/lib/docker': join(docker.directory, 'data'),
      '/var/lib/containers/storage': join(podman.root, 'var/lib/containers/storage'),
      '/run/containerd': join(cri.root, 'run/containerd'),
      '/var/log': join(cri.root, 'var/log'),
    },
    step,
    stop: async () => {
      docker.stop();
      podman.stop();
      await cri.stop(shop, other);
      for (const mount of allCgroupMounts()) removeTree(join(mount, cgroup));
    },
  };
}
