import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { LONGEST_VALUE, MOST_ANNOTATION_BYTES, podOf } from '../../src/kubernetes/pod.ts';
import { podObject } from './api-server.ts';

const ID = 'ab'.repeat(32);

t.test('what is taken of a pod', (t) => {
  const annotations = { b: '2', a: '1', 'kubectl.kubernetes.io/last-applied-configuration': '{"env":"secret"}' };
  const containers = { web: { id: ID, image: 'nginx:1.27', restarts: 3 } };
  t.same(podOf(podObject({ name: 'web-0', uid: 'u1', labels: { app: 'web' }, annotations, containers }), 'node-1'), {
    uid: 'u1',
    cgroupUid: 'u1',
    namespace: 'shop',
    name: 'web-0',
    labels: { app: 'web' },
    annotations: { a: '1', b: '2' },
    containers: [{ id: ID, name: 'web', image: 'nginx:1.27', restartCount: 3 }],
    cut: 0,
  });
  t.match(podOf(podObject({ name: 'a', uid: 'u' }), 'node-1'), { labels: {}, annotations: {}, containers: [] });
  t.equal(podOf(podObject({ name: 'a', uid: 'u', node: 'node-2' }), 'node-1'), null, 'a pod of another node');
  t.end();
});

t.test('init and ephemeral containers; those not begun have no id', (t) => {
  const pod = podObject({ name: 'a', uid: 'u' });
  const status = {
    initContainerStatuses: [{ name: 'init', containerID: `cri-o://${ID}`, image: '', restartCount: -1 }],
    ephemeralContainerStatuses: [{ name: 'debug', containerID: `docker://${'cd'.repeat(32)}` }],
    containerStatuses: [{ name: 'wait', containerID: '' }, { name: 'odd', containerID: 'containerd://12' }, null, 7],
  };
  t.same(podOf({ ...pod, status }, 'node-1')?.containers, [
    { id: ID, name: 'init', image: null, restartCount: null },
    { id: 'cd'.repeat(32), name: 'debug', image: null, restartCount: null },
  ]);
  t.end();
});

t.test('a static pod is known by the hash of its file, which only a mirror pod may claim', (t) => {
  const hash = { 'kubernetes.io/config.hash': 'f'.repeat(32) };
  const mirror = { ...hash, 'kubernetes.io/config.mirror': 'f'.repeat(32) };
  t.match(podOf(podObject({ name: 'a', uid: 'u', annotations: mirror }), 'node-1'), {
    uid: 'u',
    cgroupUid: 'f'.repeat(32),
  });
  t.match(podOf(podObject({ name: 'a', uid: 'u', annotations: hash }), 'node-1'), { cgroupUid: 'u' });
  t.end();
});

t.test('long texts are cut, and say so', (t) => {
  const fits = 'x'.repeat(LONGEST_VALUE);
  const annotations = { fits, long: 'é'.repeat(LONGEST_VALUE) };
  const pod = podOf(podObject({ name: 'a', uid: 'u', annotations }), 'node-1')!;
  t.equal(pod.annotations['fits'], fits);
  t.match(pod.annotations['long'], /^é+…\[cut from 8192 bytes\]$/);
  for (const before of [4060, 4061, 4062, 4063]) {
    const cats = { cats: `${'x'.repeat(before)}${'🐈'.repeat(20)}` };
    const cut = podOf(podObject({ name: 'a', uid: 'u', annotations: cats }), 'node-1')!.annotations['cats']!;
    t.ok(/^x+🐈+…\[cut from \d+ bytes\]$/u.test(cut) && Buffer.byteLength(cut) <= LONGEST_VALUE, 'between characters');
  }
  for (const value of Object.values(pod.annotations)) t.ok(Buffer.byteLength(value) <= LONGEST_VALUE);
  t.equal(pod.cut, 1);
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, fits]));
  const heavy = podOf(podObject({ name: 'a', uid: 'u', annotations: many }), 'node-1')!;
  t.ok(Buffer.byteLength(Object.entries(heavy.annotations).flat().join('')) <= MOST_ANNOTATION_BYTES);
  t.equal(heavy.cut, 60 - Object.keys(heavy.annotations).length);
  t.end();
});

t.test('no object is too odd', async (t) => {
  const text = fc.oneof(fc.string(), fc.constant('node-1'));
  const odd = fc.oneof(fc.jsonValue(), text);
  const object = fc.record({
    metadata: fc.record({ uid: odd, name: odd, namespace: odd, labels: odd, annotations: odd }),
    spec: fc.oneof(odd, fc.constant({ nodeName: 'node-1' })),
    status: fc.oneof(odd, fc.record({ containerStatuses: odd, initContainerStatuses: fc.array(odd) })),
  });
  await holds(
    t,
    fc.property(fc.oneof(object, fc.jsonValue()), (value) => {
      const pod = podOf(value, 'node-1');
      if (pod === null) return true;
      const texts = [pod.uid, pod.name, pod.namespace, ...Object.values(pod.labels), ...Object.values(pod.annotations)];
      return texts.every((one) => typeof one === 'string');
    }),
  );
  const proto = JSON.parse(
    '{"metadata":{"uid":"u","name":"n","namespace":"s","labels":{"__proto__":"x"}},"spec":{"nodeName":"node-1"}}',
  );
  t.equal(JSON.stringify(podOf(proto, 'node-1')?.labels), '{"__proto__":"x"}', 'a key is a key');
});
