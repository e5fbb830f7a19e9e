import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { parseDataRoot, parseDockerConfig } from '../../src/names/docker-config.ts';
import { POD, id } from '../trees.ts';

const ID = id(1);

/** As dockerd 20.10 writes it, shortened. */
const WEB = {
  State: { Running: true, Pid: 8013 },
  ID,
  Config: { Hostname: ID.slice(0, 12), Image: 'busybox:rig', Labels: { app: 'shop' } },
  Image: 'sha256:36f8558385e706edf0805d7bc8f9ece04e0d1d65b89b6647e95f9f475b71d5bb',
  Name: '/web',
  RestartCount: 2,
};

/** As cri-dockerd labels a pod's containers. */
const OF_POD = {
  'io.kubernetes.container.name': 'web',
  'io.kubernetes.docker.type': 'container',
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'default',
  'io.kubernetes.pod.uid': POD,
  'annotation.io.kubernetes.container.restartCount': '3',
  app: 'shop',
};

function parse(file: unknown, podUid: string | null = null) {
  return parseDockerConfig(JSON.stringify(file), ID, podUid);
}

t.test("a container of Docker's own", async (t) => {
  t.match(parse(WEB), {
    scope: 'container',
    runtime: 'docker',
    container: 'web',
    image: 'busybox:rig',
    restartCount: 2,
    labels: { app: 'shop' },
    pod: null,
  });
});

t.test('a container of a pod', async (t) => {
  const file = { ...WEB, Name: `/k8s_web_web-0_default_${POD}_3`, Config: { Image: 'sha256:36f8', Labels: OF_POD } };
  t.match(parse(file, POD), {
    scope: 'container',
    namespace: 'default',
    pod: 'web-0',
    podUid: POD,
    container: 'web',
    image: 'sha256:36f8',
    restartCount: 3,
    labels: null,
  });
  const sandbox = { ...OF_POD, 'io.kubernetes.docker.type': 'podsandbox', 'io.kubernetes.container.name': 'POD' };
  t.match(parse({ ...WEB, Config: { Labels: sandbox } }, POD), { scope: 'sandbox', pod: 'web-0', container: null });
});

t.test("a pod's labels that anybody has set count for nothing", async (t) => {
  const file = { ...WEB, Config: { Labels: OF_POD } };
  for (const podUid of [null, id(7)]) t.match(parse(file, podUid), { container: 'web', pod: null, namespace: null });
});

t.test('what is none of this container', async (t) => {
  for (const text of ['', '{', 'null', '[]', '"x"', '{}', JSON.stringify({ ...WEB, ID: id(2) }), '{"ID":7}'])
    t.equal(parseDockerConfig(text, ID, null), null, text.slice(0, 20));
});

t.test('members of other types than they should be are unknown', async (t) => {
  const nothing = { container: null, image: null, restartCount: null, labels: null };
  for (const odd of [null, 1.5, {}, [], true, '', 'a\nb', -1]) {
    t.match(parse({ ID, Name: odd, RestartCount: odd, Config: { Image: odd, Labels: odd } }), nothing);
    t.match(parse({ ID, Config: odd }), nothing);
  }
});

t.test('hostile text gives no name that is not in it', async (t) => {
  const json = JSON.stringify({ ...WEB, Config: { ...WEB.Config, Labels: OF_POD } });
  await holds(
    t,
    fc.property(fc.nat(json.length), fc.nat(20), fc.string({ maxLength: 10 }), (at, cut, more) => {
      const text = json.slice(0, at) + more + json.slice(at + cut);
      const facts = parseDockerConfig(text, ID, POD);
      for (const name of [facts?.pod, facts?.container, facts?.namespace, facts?.image])
        // Both as JSON.stringify() escapes them.
        if (typeof name === 'string' && !JSON.stringify(JSON.parse(text)).includes(JSON.stringify(name).slice(1, -1)))
          throw new Error(name);
    }),
  );
});

t.test('where an administrator has moved it', async (t) => {
  t.equal(parseDataRoot('{"data-root": "/srv/docker"}'), '/srv/docker');
  for (const text of ['', '{}', '{"data-root": 7}', '{"data-root": "srv"}', '[]']) t.equal(parseDataRoot(text), null);
});
