import t from 'tap';
import { podOf, type Pod } from '../../src/kubernetes/pod.ts';
import { PodIndex } from '../../src/kubernetes/pod-index.ts';
import { podObject, type PodFacts } from './api-server.ts';

const ID = 'ab'.repeat(32);
const OTHER_ID = 'cd'.repeat(32);

function pod(facts: PodFacts): Pod {
  return podOf(podObject(facts), 'node-1')!;
}

const WEB = pod({ name: 'web', uid: 'u1', containers: { nginx: { id: ID } } });
const DB = pod({ name: 'db', uid: 'u2', containers: { sql: { id: OTHER_ID } } });

t.test('by the uid in a path, by a container, by both', (t) => {
  const pods = new PodIndex();
  pods.replace([WEB, DB]);
  t.equal(pods.size, 2);
  const cases: [podUid: string | null, id: string, pod: string | undefined, container: string | undefined][] = [
    ['u1', ID, 'web', 'nginx'],
    ['u1', 'ef'.repeat(32), 'web', undefined],
    [null, OTHER_ID, 'db', 'sql'],
    [null, 'ef'.repeat(32), undefined, undefined],
    ['u3', 'ef'.repeat(32), undefined, undefined],
    ['u1', OTHER_ID, undefined, undefined],
    ['u3', OTHER_ID, undefined, undefined],
  ];
  for (const [podUid, id, name, container] of cases) {
    const found = pods.find(podUid, id);
    t.same([found?.pod.name, found?.container?.name], [name, container], `${podUid} ${id.slice(0, 4)}`);
  }
  t.end();
});

t.test('two that claim the same are none', (t) => {
  const pods = new PodIndex();
  const mirror = { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.hash': 'u1' };
  const thief = pod({ name: 'thief', uid: 'u9', annotations: mirror, containers: { nginx: { id: OTHER_ID } } });
  pods.replace([WEB, DB, thief]);
  t.equal(pods.find('u1', 'ef'.repeat(32)), null, 'a uid');
  t.equal(pods.find(null, OTHER_ID), null, 'a container');
  t.equal(pods.find('u2', OTHER_ID), null, 'a container, though the uid is clear');
  pods.delete('u9');
  t.equal(pods.find('u1', ID)?.pod, WEB, 'clear again');
  pods.set(pod({ name: 'web', uid: 'u1', labels: { v: '2' } }));
  t.same(pods.find('u1', ID)?.pod.labels, { v: '2' }, 'the newest counts');
  t.end();
});
