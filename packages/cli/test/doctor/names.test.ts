import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkNames } from '../../src/doctor/names.ts';
import { examined, writeFiles } from './machine-of-files.ts';

const DOCKER = { 'var/lib/docker/containers/x': '' };
const CONTAINERD = { 'run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/x': '' };
const KUBELET = { 'var/log/pods/x': '', 'var/log/containers/x': '' };

t.test('where names come from', async (t) => {
  const rows: readonly (readonly [Readonly<Record<string, string>>, object])[] = [
    [{ 'etc/x': '' }, { status: 'ok', finding: /^no container runtime has left files below / }],
    [DOCKER, { status: 'ok', finding: 'from Docker (/var/lib/docker/containers)' }],
    [
      { 'etc/docker/daemon.json': '{"data-root":"/srv"}', 'srv/containers/x': '' },
      { status: 'ok', finding: 'from Docker (/srv/containers)' },
    ],
    [
      { ...CONTAINERD, ...KUBELET },
      {
        status: 'ok',
        finding:
          'from containerd (/run/k3s/containerd/io.containerd.runtime.v2.task), the kubelet (/var/log/containers, /var/log/pods)',
      },
    ],
    [
      { 'var/lib/containers/storage/x': '', 'run/containers/storage/x': '' },
      { status: 'ok', finding: 'from Podman and CRI-O (/run/containers/storage, /var/lib/containers/storage)' },
    ],
    [
      KUBELET,
      { status: 'warn', finding: /^from the kubelet .* alone/, cost: /images are null/, remedy: /--host-root/ },
    ],
  ];
  for (const [files, expected] of rows) {
    const root = t.testdir({});
    writeFiles(root, files);
    t.match(await checkNames(examined(root)), [expected], Object.keys(files).join(' '));
  }
});

t.test('what may not be read', { skip: process.getuid?.() === 0 && 'root may read everything' }, async (t) => {
  const root = t.testdir({});
  writeFiles(root, { ...DOCKER, ...KUBELET });
  const closed = join(root, 'var/lib/docker/containers');
  chmodSync(closed, 0);
  t.teardown(() => chmodSync(closed, 0o700));
  const finding = /^files of Docker .* cannot be read; names come from the kubelet/;
  t.match(await checkNames(examined(root)), [{ status: 'warn', finding, remedy: /CAP_DAC_READ_SEARCH/ }]);
});
