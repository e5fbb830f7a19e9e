import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import {
  containerName,
  count,
  engineName,
  imageName,
  labelSet,
  members,
  namespaceName,
  parseJson,
  podName,
  podUid,
} from '../../src/names/text.ts';

const FORMS = { namespaceName, podName, containerName, podUid, engineName, imageName };

const NAMES: readonly (readonly [keyof typeof FORMS, readonly unknown[], readonly unknown[]])[] = [
  [
    'namespaceName',
    ['default', 'kube-system', 'a', '0'.repeat(63)],
    ['', 'a_b', 'A', '-a', 'a-', 'a.b', 'a\n', '\na', 'a\0', 'é', '0'.repeat(64), 7, null],
  ],
  [
    'podName',
    ['web-0', 'a.b-c', 'kube-proxy-node.example', '0'.repeat(253)],
    ['', 'a_b', 'Web', 'web-', '.a', 'a\nb', 'a/b', '..', '0'.repeat(254), undefined, {}],
  ],
  ['containerName', ['web', 'istio-init'], ['a.b', 'POD', 'a_b', 'a\tb', '', []]],
  [
    'podUid',
    ['6f1d7b8e-0c3a-4f5e-9a21-0123456789ab', '3f2a51b0c4d5e6f70123456789abcdef', 'hdishd83djaidwnduwk28bcsb'],
    ['', 'a_b', 'a/b', '-a', 'a b', 'a'.repeat(64), 0],
  ],
  [
    'engineName',
    ['web', 'k8s_web_web-0_default_x_0', 'Proj.web-1', 'a'.repeat(255)],
    ['', '/web', '-web', 'a b', 'a\nb', 'a'.repeat(256), 1],
  ],
  [
    'imageName',
    ['busybox', 'registry.k8s.io/pause:3.9', 'sha256:36f8558385e7', 'a@sha256:0', 'localhost:5000/é'],
    ['', 'a b', 'a\nb', 'a\0b', ' ', 'a\u2028', 'a\u200e', 'a'.repeat(1025), 1, null],
  ],
];

t.test('what is a name, and what is none', async (t) => {
  for (const [form, names, others] of NAMES) {
    const parse = FORMS[form];
    for (const name of names) t.equal(parse(name), name, `${form} ${String(name)}`);
    for (const [index, other] of others.entries()) t.equal(parse(other), null, `${form}, no name ${index}`);
  }
});

t.test('a count', async (t) => {
  for (const [value, expected] of [
    [0, 0],
    [17, 17],
    ['0', 0],
    ['3', 3],
    ['03', null],
    ['-1', null],
    ['', null],
    ['1e3', null],
    ['9'.repeat(20), null],
    [-1, null],
    [1.5, null],
    [Number.NaN, null],
    [Infinity, null],
    [null, null],
    [undefined, null],
    [{}, null],
    [true, null],
  ] as const)
    t.equal(count(value), expected, JSON.stringify(value));
});

t.test('members of what is no object are none', async (t) => {
  for (const value of [null, undefined, 3, 'text', [1], () => 1]) t.same(members(value), {});
  t.same(members({ a: 1 }), { a: 1 });
});

t.test('labels', async (t) => {
  t.same(labelSet({ app: 'shop', n: 3, o: {}, empty: '' }), { app: 'shop', empty: '' });
  t.equal(labelSet({}), null);
  t.equal(labelSet({ n: 3 }), null);
  t.equal(labelSet(null), null);
  t.equal(labelSet(Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`l${index}`, '']))), null);
  t.equal(labelSet({ large: 'x'.repeat(33_000) }), null);
  const hostile = labelSet(JSON.parse('{"__proto__":"x","constructor":"y"}'));
  t.same(Object.entries(hostile ?? {}), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  t.equal(Object.getPrototypeOf(hostile), Object.prototype);
});

t.test('JSON that is none', async (t) => {
  t.equal(parseJson('{'), undefined);
  t.equal(parseJson(''), undefined);
  t.same(parseJson('[1]'), [1]);
});

t.test('no name ever holds a line end, a NUL, a slash or white space', async (t) => {
  const forms = ['namespaceName', 'podName', 'containerName', 'podUid', 'engineName'] as const;
  await holds(
    t,
    fc.property(fc.constantFrom(...forms), fc.string({ unit: 'binary', maxLength: 12 }), (form, value) => {
      const name = FORMS[form](value);
      if (name !== null && (name !== value || !/^[A-Za-z0-9][-._A-Za-z0-9]*$/.test(name))) throw new Error(value);
    }),
  );
});
