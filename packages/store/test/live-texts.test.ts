import t from 'tap';
import { knownEntity } from '../src/texts.ts';
import { LiveTexts } from '../src/live-texts.ts';
import { entityOf, processOf } from './fixture.ts';

const used = (pairs: Record<number, number[]>): Map<number, Set<number>> =>
  new Map(Object.entries(pairs).map(([entity, processes]) => [Number(entity), new Set(processes)]));

function texts(): LiveTexts {
  const all = new LiveTexts();
  for (const entity of [1, 2]) all.add({ entity: knownEntity(entityOf(entity)) });
  for (const process of [11, 12, 21]) all.addProcess(processOf(process), 1);
  return all;
}

t.test("a process that its entity's rows do not name any more is forgotten", async (t) => {
  const all = texts();
  all.forget(1, used({ 1: [11], 2: [21] }));
  t.same([...all.processes.keys()], [11, 12, 21], 'announced in that very segment');
  all.forget(2, used({ 1: [11], 2: [21] }));
  t.same([...all.processes.keys()], [11, 21]);
  all.addProcess(processOf(13), 3);
  all.forget(2, used({ 1: [11], 2: [21] }));
  t.same([...all.processes.keys()], [11, 21, 13], 'announced after the segment');
});

t.test('a silent sampler costs no texts', async (t) => {
  const all = texts();
  all.forget(2, used({ 1: [11, 12], 2: [21] }));
  all.forget(3, used({ 1: [11] }));
  t.same([...all.processes.keys()], [11, 21], 'entity 2 has no rows at all');
  all.forget(4, used({}));
  t.same([...all.processes.keys()], [11, 21]);
  all.endEntity(2, 5000, 4);
  all.forget(5, used({ 1: [11] }));
  t.same([...all.processes.keys()], [11], 'entity 2 went');
});

t.test('entities that are gone stay until a later segment is closed: their rows may be in it', async (t) => {
  const all = texts();
  t.match(all.endEntity(1, 5000, 3), { lastSeen: 5000 });
  t.equal(all.endEntity(1, 6000, 3), null, 'once only');
  t.equal(all.endEntity(9, 6000, 3), null);
  all.forget(3, used({}));
  t.same([...all.entities.keys()], [1, 2]);
  all.forget(4, used({}));
  t.same([...all.entities.keys()], [2]);
});

t.test('who is gone may still get a name, keeps its end, and is not made anew when it is forgotten', async (t) => {
  const all = texts();
  all.endEntity(1, 5000, 3);
  const { identity } = entityOf(1);
  const found = {
    ...identity,
    container: 'web',
    image: 'busybox:rig',
    containerId: 'other',
    scope: 'sandbox' as const,
  };
  const nameless = { ...identity, scope: 'container' as const, container: null, image: null };
  all.add({ entity: { ...all.entities.get(1)!, identity: nameless } });
  const named = { ...nameless, container: 'web', image: 'busybox:rig', scope: 'sandbox' };
  t.same(all.nameEntity(1, found)?.identity, named, 'what is known stays');
  t.match(all.nameEntity(1, { ...found, container: 'db' }), { lastSeen: 5000, identity: { container: 'web' } });
  all.forget(4, used({}));
  t.equal(all.nameEntity(1, found), null);
  t.same([...all.entities.keys()], [2]);
});

t.test('names without rows are forgotten later than their sampler gives them up', async (t) => {
  const all = texts();
  const minute = 60_000;
  for (const number of [1, 2, 3]) all.add({ name: { number, name: `/lib/${number}.so` } });
  all.forgetNames(new Set([1, 2]), minute);
  t.same([...all.names.keys()], [1, 2, 3], 'one that was told just now has no rows yet');
  for (let end = 2; end <= 21; end++) all.forgetNames(new Set([1]), end * minute);
  t.same([...all.names.keys()], [1, 2, 3]);
  all.forgetNames(new Set([1]), 22 * minute);
  t.same([...all.names.keys()], [1]);
  all.forgetNames(new Set(), 40 * minute);
  t.same([...all.names.keys()], [1], 'counted from its last row');
  all.forgetNames(new Set(), 5 * minute);
  all.forgetNames(new Set(), 43 * minute);
  t.same([...all.names.keys()], []);
});
