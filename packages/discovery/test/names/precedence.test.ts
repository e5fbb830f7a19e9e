import { identify } from '../../src/identify.ts';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { NAME_SOURCES, NO_FACTS, isComplete, isNamed } from '../../src/names/facts.ts';
import type { Evidence, NameFacts, NameSource } from '../../src/names/facts.ts';
import { combine, keepKnown, withFacts } from '../../src/names/precedence.ts';
import { POD, id } from '../trees.ts';

const IN_POD = identify(`/kubepods/burstable/pod${POD}/${id(1)}`)!;
const DOCKER = identify(`/docker/${id(1)}`)!;
const KATA = identify(`/kubepods/burstable/pod${POD}/kata_${id(1)}`)!;
const WEB = { namespace: 'default', pod: 'web-0', container: 'web' };

function say(source: NameSource, facts: Partial<NameFacts>): Evidence {
  return { source, facts: { ...NO_FACTS, ...facts } };
}

t.test('sources fill in what the more trusted ones leave open', async (t) => {
  const { facts, source, contradicted } = combine(IN_POD, [
    say('pod_logs', { namespace: 'default', restartCount: 2 }),
    say('log_link', WEB),
    say('runtime', { runtime: 'containerd', image: 'busybox', pod: 'web-0' }),
  ]);
  t.match(facts, { ...WEB, podUid: POD, runtime: 'containerd', image: 'busybox', restartCount: 2 });
  t.equal(source, 'runtime');
  t.notOk(contradicted);
});

t.test('who contradicts what is established is about something else', async (t) => {
  const rows: readonly (readonly [string, readonly Evidence[], Partial<NameFacts>])[] = [
    ['the path', [say('runtime', { ...WEB, podUid: id(7), image: 'x' })], { pod: null, container: null, image: null }],
    [
      'a runtime',
      [say('runtime', WEB), say('log_link', { ...WEB, pod: 'web-1', restartCount: 4 })],
      { ...WEB, restartCount: null },
    ],
    [
      'a link',
      [say('log_link', WEB), say('pod_logs', { namespace: 'other', restartCount: 4 })],
      { restartCount: null },
    ],
    [
      'a scope',
      [say('runtime', { scope: 'sandbox', pod: 'web-0' }), say('mounts', { scope: 'container', container: 'web' })],
      { container: null },
    ],
  ];
  for (const [name, evidence, expected] of rows) {
    const found = combine(IN_POD, evidence);
    t.match(found.facts, expected, name);
    t.ok(found.contradicted, name);
  }
  const late = combine(KATA, [say('log_link', { ...WEB, scope: 'container' })]);
  t.match(late.facts, { container: null, scope: 'sandbox' }, 'the machine of a Kata pod is not its container');
});

t.test('equals that differ settle nothing, for those below either', async (t) => {
  const { facts, contradicted } = combine(IN_POD, [
    say('log_link', { ...WEB, restartCount: 1 }),
    say('log_link', { ...WEB, pod: 'web-1' }),
    say('environ', { pod: 'web-2' }),
  ]);
  t.match(facts, { pod: null, namespace: 'default', container: 'web', restartCount: 1 });
  t.ok(contradicted);
  const same = combine(DOCKER, [say('runtime', { labels: { a: 'b' } }), say('runtime', { labels: { a: 'b' } })]);
  t.same(same.facts.labels, { a: 'b' });
  t.notOk(same.contradicted);
});

t.test("the path's word stays", async (t) => {
  const facts = { ...NO_FACTS, runtime: 'containerd', podUid: POD, ...WEB };
  t.match(withFacts(DOCKER, facts), { runtime: 'docker', podUid: POD, container: 'web' });
  t.equal(withFacts(IN_POD, { ...facts, podUid: id(7) }), IN_POD);
  t.equal(withFacts(IN_POD, { ...facts, scope: 'sandbox' }).scope, 'sandbox');
  t.equal(withFacts(KATA, { ...facts, scope: 'container' }).scope, 'sandbox');
});

t.test('what was known is kept where nothing new is said', async (t) => {
  const before = { ...NO_FACTS, ...WEB, image: 'a', restartCount: 1 };
  t.match(keepKnown(before, { ...NO_FACTS, container: 'renamed' }), { ...WEB, container: 'renamed', image: 'a' });
  t.equal(keepKnown(null, before), before);
  const other = { ...NO_FACTS, podUid: id(7) };
  t.equal(keepKnown({ ...before, podUid: POD }, other), other);
});

t.test('what is complete, and what has a name', async (t) => {
  const at = (facts: Partial<NameFacts>, path = IN_POD) => withFacts(path, { ...NO_FACTS, ...facts });
  const whole = { ...WEB, runtime: 'containerd', image: 'x', restartCount: 0 };
  t.ok(isComplete(at(whole)));
  for (const field of ['namespace', 'pod', 'container', 'runtime', 'image', 'restartCount'])
    t.notOk(isComplete(at({ ...whole, [field]: null })), field);
  t.ok(isComplete(at({ scope: 'sandbox', runtime: 'containerd', namespace: 'default', pod: 'web-0' })));
  t.ok(isComplete(at({ container: 'web', image: 'x' }, DOCKER)));
  t.notOk(isComplete(at({ container: 'web' }, DOCKER)));
  t.ok(isNamed(at({ container: 'web' })));
  t.notOk(isNamed(at({ pod: 'web-0' })), 'which of the pod it is is not known');
  t.ok(isNamed(at({ pod: 'web-0', scope: 'sandbox' })));
});

const some = (...values: string[]) => fc.constantFrom(null, ...values);
const facts = fc.record({
  scope: fc.constantFrom(null, 'container' as const, 'sandbox' as const),
  runtime: some('docker', 'containerd'),
  namespace: some('a', 'b'),
  pod: some('p', 'q'),
  podUid: some(POD, id(7)),
  container: some('c', 'd'),
  image: some('i', 'j'),
  restartCount: fc.constantFrom(null, 0, 1),
  labels: fc.constantFrom(null, { l: 'm' }),
});
const evidence = fc.array(fc.record({ source: fc.constantFrom(...NAME_SOURCES), facts }), { maxLength: 8 });

t.test(
  'whoever says what: no field from nobody, none against the path, and the order of asking does not matter',
  async () => {
    await holds(
      t,
      fc.property(evidence, (evidence) => {
        const found = combine(IN_POD, evidence).facts;
        if (found.podUid !== POD) throw new Error('the path was overruled');
        for (const field of ['namespace', 'pod', 'container', 'image', 'restartCount'] as const) {
          const value = found[field];
          const witness = evidence.some(({ facts }) => facts[field] === value && (facts.podUid ?? POD) === POD);
          if (value !== null && !witness) throw new Error(`${field} from nobody`);
        }
        const reversed = combine(IN_POD, evidence.toReversed()).facts;
        if (JSON.stringify(reversed) !== JSON.stringify(found)) throw new Error('the order mattered');
      }),
    );
  },
);
