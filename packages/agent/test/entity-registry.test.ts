import type { Entity } from '@fgm/catalog';
import t from 'tap';
import { EntityRegistry } from '../src/entity-registry.ts';

function entity(number: number, scope: 'container' | 'host' = 'container'): Entity {
  return {
    entity: number,
    identity: {
      scope,
      containerId: `${number}`.padStart(64, '0'),
      cgroup: `/docker/${number}`,
      runtime: null,
      qos: null,
      podUid: null,
      pod: null,
      namespace: null,
      container: null,
    },
    directories: {},
    processDirectories: [],
    firstSeen: 1000 + number,
  };
}

const NOTHING = { type: 'entities', added: [], changed: [], removed: [], initial: false } as const;

t.test('coming and going make events, at the times discovery saw', async (t) => {
  const registry = new EntityRegistry();
  const first = registry.take({ ...NOTHING, initial: true, added: [entity(0, 'host'), entity(1)] });
  t.same(
    first.events.map(({ type, entity: number, time, detail }) => [type, number, time, detail['existed_before']]),
    [['container_start', 1, 1_001_000, true]],
    'the host does not start',
  );
  const second = registry.take({ ...NOTHING, added: [entity(2)], removed: [{ entity: 1, time: 5000 }] });
  t.same(
    second.events.map(({ type, entity: number, time }) => [type, number, time]),
    [
      ['container_stop', 1, 5_000_000],
      ['container_start', 2, 1_002_000],
    ],
  );
  t.equal(second.events[1]!.detail['existed_before'], false);
  t.same([...registry.entities.keys()], [0, 2]);
});

t.test('what was never known cannot change or go', async (t) => {
  const registry = new EntityRegistry();
  const { changed, removed, events } = registry.take({
    ...NOTHING,
    changed: [entity(7)],
    removed: [{ entity: 8, time: 1 }],
  });
  t.same([changed, removed, events], [[], [], []]);
});

t.test('when discovery starts anew the old entities leave first', async (t) => {
  const registry = new EntityRegistry();
  registry.take({ ...NOTHING, initial: true, added: [entity(0, 'host'), entity(1)] });
  const { added, removed } = registry.take({ ...NOTHING, initial: true, added: [entity(2)] }, 9000);
  t.same(removed, [
    { entity: 0, time: 9000 },
    { entity: 1, time: 9000 },
  ]);
  t.same(
    added.map(({ entity: number }) => number),
    [2],
  );
  t.same([...registry.entities.keys()], [2]);
});
