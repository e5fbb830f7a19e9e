import { UNNAMED, type Identity } from '@fgm/catalog';
import t from 'tap';
import { enrich } from '../../src/kubernetes/enrich.ts';
import { podOf } from '../../src/kubernetes/pod.ts';
import { PodIndex } from '../../src/kubernetes/pod-index.ts';
import { podObject } from './api-server.ts';

const ID = 'ab'.repeat(32);

function identity(change: Partial<Identity> = {}): Identity {
  const path = { cgroup: `/kubepods/podu1/${ID}`, runtime: null, qos: null, podUid: 'u1' };
  return { scope: 'container', containerId: ID, ...path, ...UNNAMED, ...change };
}

function index(): PodIndex {
  const pods = new PodIndex();
  const containers = { nginx: { id: ID, image: 'nginx:1', restarts: 2 } };
  const facts = { name: 'web-0', uid: 'u1', labels: { app: 'web' }, annotations: { team: 'a' }, containers };
  pods.set(podOf(podObject(facts), 'node-1')!);
  return pods;
}

const ALL = {
  pod: 'web-0',
  namespace: 'shop',
  container: 'nginx',
  image: 'nginx:1',
  restartCount: 2,
  labels: { app: 'web' },
  annotations: { team: 'a' },
};

t.test('what is unknown is filled in', (t) => {
  t.same(enrich(identity(), index(), null), identity(ALL));
  t.same(enrich(identity({ podUid: null }), index(), null), identity(ALL), 'by the container alone');
  const pause = identity({ scope: 'sandbox', containerId: 'cd'.repeat(32) });
  const { pod, namespace, labels, annotations } = ALL;
  t.same(
    enrich(pause, index(), null),
    { ...pause, pod, namespace, labels, annotations },
    'a sandbox has the names of its pod',
  );
  t.end();
});

t.test('what the disk says stays, but for labels and annotations', (t) => {
  const disk = {
    pod: 'p',
    namespace: 'n',
    container: 'c',
    image: 'i',
    restartCount: 0,
    labels: { a: 'b' },
    annotations: { c: 'd' },
  };
  const { labels, annotations } = ALL;
  t.same(enrich(identity(disk), index(), null), identity({ ...disk, labels, annotations }));
  t.end();
});

t.test('what is none of its business, and what is unknown, stays as it is', (t) => {
  for (const scope of ['service', 'host'] as const)
    t.same(enrich(identity({ scope }), index(), null), identity({ scope }));
  t.same(enrich(identity({ podUid: 'u7' }), index(), null), identity({ podUid: 'u7' }), 'a container of another pod');
  t.same(enrich(identity(), new PodIndex(), null), identity());
  t.end();
});

t.test('a pod that the API has forgotten keeps its names; the disk may still name it better', (t) => {
  const before = enrich(identity(), index(), null);
  t.same(enrich(identity(), new PodIndex(), before), before);
  t.same(enrich(identity({ container: 'disk' }), new PodIndex(), before), { ...before, container: 'disk' });
  const moved = index();
  moved.set(podOf(podObject({ name: 'web-0', uid: 'u1', labels: { app: 'web2' } }), 'node-1')!);
  t.same(
    enrich(identity(), moved, before),
    { ...before, labels: { app: 'web2' }, annotations: {} },
    'newer labels win',
  );
  t.end();
});
