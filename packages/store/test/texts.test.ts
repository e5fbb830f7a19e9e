import type { Identity } from '@fgm/catalog';
import t from 'tap';
import { knownEntity, Texts } from '../src/texts.ts';
import { entityOf } from './fixture.ts';

const NAMES = { namespace: null, pod: null, container: null, image: null };

/** Lives of containers, in the order in which they began. */
function lives(...identities: readonly Identity[]): Texts {
  const texts = new Texts();
  for (const [at, identity] of identities.entries())
    texts.add({ entity: { ...knownEntity(entityOf(at)), entity: at, identity } });
  return texts;
}

const known: Identity = { ...entityOf(1).identity, image: 'web:1' };
const unnamed: Identity = { ...known, ...NAMES, podUid: null };

t.test('a life too short to be asked is called as the others of its container are', async (t) => {
  const texts = lives(unnamed, known, unnamed, { ...unnamed, containerId: 'another' });
  t.same(
    [0, 1, 2].map((life) => texts.identityOf(life)),
    [known, known, known],
  );
  t.match(texts.identityOf(3), { ...NAMES, containerId: 'another' });
  t.equal(texts.identityOf(4), undefined);
});

t.test('each life keeps what it told itself', async (t) => {
  const other = { ...unnamed, container: 'other', cgroup: '/elsewhere' };
  const texts = lives(known, other);
  t.match(texts.identityOf(1), { container: 'other', cgroup: '/elsewhere', image: 'web:1', pod: known.pod });
});

t.test('what comes to be known later counts too', async (t) => {
  const texts = lives(unnamed);
  t.equal(texts.identityOf(0)?.pod, null);
  texts.add({ entity: { ...knownEntity(entityOf(1)), identity: known } });
  t.equal(texts.identityOf(0)?.pod, known.pod);
});
