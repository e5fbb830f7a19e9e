import t from 'tap';
import { parsePod } from '../src/pod.ts';
import { POD } from './trees.ts';

const UNDERSCORED = POD.replaceAll('-', '_');
const STATIC = '0123456789abcdef0123456789abcdef';

t.test('pods', async (t) => {
  const pods: readonly (readonly [string, string | null, string])[] = [
    [`kubepods.slice/kubepods-pod${UNDERSCORED}.slice/x`, POD, 'Guaranteed'],
    [`kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/x`, POD, 'Burstable'],
    [`kubepods-besteffort-pod${UNDERSCORED}.slice/x`, POD, 'BestEffort'],
    [`kubelet-kubepods-burstable-pod${UNDERSCORED}.slice/x`, POD, 'Burstable'],
    [`kubepods-burstable-pod${STATIC}.slice/x`, STATIC, 'Burstable'],
    [`kubepods-burstable-pod${UNDERSCORED}.slice:cri-containerd:x`, POD, 'Burstable'],
    [`kubepods/pod${POD}/x`, POD, 'Guaranteed'],
    [`kubepods/besteffort/pod${POD}/x`, POD, 'BestEffort'],
    [`kubepods/kubepods/burstable/pod${STATIC}/x`, STATIC, 'Burstable'],
    ['kubepods/burstable/podnonsense/x', null, 'Burstable'],
    [`kubepods-pod${UNDERSCORED}0.slice/x`, null, 'Guaranteed'],
  ];
  for (const [path, uid, qos] of pods) t.same(parsePod(path.split('/')), { uid, qos }, path);
});

t.test('no pods', async (t) => {
  const paths = [
    'x',
    `pod${POD}/x`,
    `burstable/pod${POD}/x`,
    `kubepods/toString/pod${POD}/x`,
    `kubepods/pod${POD}/inner/x`,
    `kubepods-burstable.slice/x`,
    `podman-pod${UNDERSCORED}.slice/x`,
    `machine.slice/machine-libpod_pod_${STATIC}.slice/x`,
    'kubepods/pod/x',
  ];
  for (const path of paths) t.equal(parsePod(path.split('/')), null, path);
});
