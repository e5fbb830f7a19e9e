import t from 'tap';
import { parseContainerName } from '../src/container-name.ts';
import { id } from './trees.ts';

const ID = id(7);

t.test('forms of one runtime', async (t) => {
  const forms: readonly (readonly [string, string, string | null])[] = [
    [`cri-containerd-${ID}.scope`, '', 'containerd'],
    [`nerdctl-${ID}.scope`, '', 'containerd'],
    [`docker-${ID}.scope`, '', 'docker'],
    [`crio-${ID}.scope`, '', 'cri-o'],
    [`crio-${ID}`, '', 'cri-o'],
    [`libpod-${ID}.scope`, '', 'podman'],
    [`libpod-${ID}`, 'libpod_parent', 'podman'],
    [`libpod-payload-${ID}`, 'web.service', 'podman'],
    [`kubepods-pod1.slice:cri-containerd:${ID}`, '', 'containerd'],
    [`system.slice:docker:${ID}`, '', 'docker'],
    [ID, 'docker', 'docker'],
    [ID, 'k8s.io', 'containerd'],
    [ID, 'default', 'containerd'],
    [ID, 'anything else', null],
    [ID, '', null],
  ];
  for (const [name, parent, runtime] of forms) {
    t.same(parseContainerName(name, parent), { scope: 'container', id: ID, runtime }, `${parent}/${name}`);
  }
});

t.test('the virtual machine of a Kata pod is a sandbox', async (t) => {
  t.same(parseContainerName(`kata_${ID}`, 'pod1'), { scope: 'sandbox', id: ID, runtime: null });
});

t.test('no containers', async (t) => {
  const names: readonly (readonly [string, string])[] = [
    ['', ''],
    [ID.slice(1), 'docker'],
    [`${ID}0`, 'docker'],
    [ID.toUpperCase(), 'docker'],
    [`${ID}.scope`, ''],
    [`${ID}.service`, ''],
    [`crio-conmon-${ID}.scope`, ''],
    [`crio-conmon-${ID}`, ''],
    [`libpod-conmon-${ID}.scope`, ''],
    [`conmon-${ID}`, ''],
    [`unheard-of-${ID}.scope`, ''],
    [`docker-${ID}`, ''],
    [`docker-0${ID}.scope`, ''],
    [`libpod-payload-${ID}.scope`, ''],
    [`kata_${ID}.scope`, ''],
    [`system.slice:unheard-of:${ID}`, ''],
    [`docker:${ID}`, ''],
    [ID, 'libpod_parent'],
    [ID, 'kata_overhead'],
    [`machine-libpod_pod_${ID}.slice`, ''],
    [`libpod-${ID}.scope\n`, ''],
  ];
  for (const [name, parent] of names) t.equal(parseContainerName(name, parent), null, `${parent}/${name}`);
});
