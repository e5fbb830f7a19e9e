import t from 'tap';
import { isInfra, parseStorageContainers, parseStorageRoots } from '../../src/names/storage.ts';
import { id } from '../trees.ts';

/** As Podman 4.3 writes it. */
const WEB = {
  id: id(1),
  names: ['web'],
  image: '36f8558385e706edf0805d7bc8f9ece04e0d1d65b89b6647e95f9f475b71d5bb',
  metadata: '{"image-name":"localhost/busybox:rig","image-id":"36f8","name":"web","created-at":1795251055}',
};
const CRIO = { ...WEB, id: id(2), metadata: '{"pod-name":"k8s_POD","pod-id":"x","name":"k8s_web","image-name":"i"}' };

function parse(list: unknown) {
  return parseStorageContainers(JSON.stringify(list));
}

t.test("Podman's containers, by id", async (t) => {
  const found = parse([WEB, CRIO, { ...WEB, id: id(3), metadata: undefined, names: ['other', 'more'] }]);
  t.same([...found.keys()], [id(1), id(3)]);
  t.match(found.get(id(1)), { runtime: 'podman', container: 'web', image: 'localhost/busybox:rig' });
  t.match(found.get(id(3)), { runtime: 'podman', container: 'other', image: null });
});

t.test('what is no list, and entries that are none', async (t) => {
  for (const text of ['', '{', '{}', 'null', '7']) t.equal(parseStorageContainers(text).size, 0);
  t.equal(parse([null, 7, {}, [], { id: 'x' }, { id: 7 }]).size, 0);
  for (const odd of [7, {}, [], [7], 'a\nb', '{"name":"a b"}', '[]'])
    t.match(parse([{ id: id(1), names: odd, metadata: odd }]).get(id(1)), { container: null, image: null });
});

t.test("a pod's infra container is in the pod whose id it is named after", async (t) => {
  const pod = id(5);
  const infra = `${pod.slice(0, 12)}-infra`;
  t.ok(isInfra(infra, `/libpod_parent/${pod}/libpod-${id(1)}`));
  t.ok(isInfra(infra, `/machine.slice/machine-libpod_pod_${pod}.slice/libpod-${id(1)}.scope`));
  t.ok(
    isInfra(
      infra,
      `/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_${pod}.slice/libpod-x.scope`,
    ),
  );
  t.notOk(isInfra(infra, `/libpod_parent/${id(6).replace('a', 'b')}/libpod-${id(1)}`));
  t.notOk(isInfra('web-infra', `/libpod_parent/${pod}/libpod-${id(1)}`));
  t.notOk(isInfra('web', `/libpod_parent/${pod}/libpod-${id(1)}`));
  t.notOk(isInfra(null, '/'));
});

t.test('where an administrator has moved it', async (t) => {
  const text = '[storage]\n# graphroot = "/no"\ngraphroot = "/srv/a"\n  runroot="/run/b"\nrootless = "/x"\n';
  t.same(parseStorageRoots(text), ['/srv/a', '/run/b']);
  t.same(parseStorageRoots('graphroot = "$HOME/x"\nrunroot = relative\n'), []);
});
