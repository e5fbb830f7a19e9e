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
