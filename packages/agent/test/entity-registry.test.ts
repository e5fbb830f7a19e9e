import { UNNAMED, type Entity } from '@fgm/catalog';
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
      ...UNNAMED,
    },
    directories: {},
    processDirectories: [],
    firstSeen: 1000 + number,
  };
}

const NO_GROUPS = { added: [], changed: [], removed: [] } as const;
const NOTHING = {
  type: 'entities',
  added: [],
  changed: [],
  removed: [],
  notices: [],
  groups: NO_GROUPS,
  initial: false,
} as const;

t.test('coming and going make events, at the times discovery saw', async (t) => {
  const registry = new EntityRegistry();
  const first = registry.take({ ...NOTHING, initial: true, added: [entity(0, 'host'), entity(1)] });
  t.same(
    first.events.map(({ type, entity: number, time, detail }) => [type, number, time, detail['existed_before']]),
    [['container_start', 1, 1_001_000, true]],
    'the host does not start',
  );
  const second = registry.take({ ...NOTHING, added: [entity(2)], removed: [{ entity: 1, time: 5000, figures: null }] });
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
    removed: [{ entity: 8, time: 1, figures: null }],
  });
  t.same([changed, removed, events], [[], [], []]);
});

t.test('when discovery starts anew the old entities leave first', async (t) => {
  const registry = new EntityRegistry();
  registry.take({ ...NOTHING, initial: true, added: [entity(0, 'host'), entity(1)] });
  const { added, removed } = registry.take({ ...NOTHING, initial: true, added: [entity(2)] }, 9000);
  t.same(removed, [
    { entity: 0, time: 9000, figures: null },
    { entity: 1, time: 9000, figures: null },
  ]);
  t.same(
    added.map(({ entity: number }) => number),
    [2],
  );
  t.same([...registry.entities.keys()], [2]);
});

const FIGURES = { time: 4_000_000, values: { cpu_stat_usage_usec: 12 } };

t.test('an end is told once, with its last figures', async (t) => {
  const registry = new EntityRegistry();
  registry.take({ ...NOTHING, added: [entity(1)] });
  const stopped = { entity: 1, what: 'stopped', time: 4000, figures: FIGURES } as const;
  const { events } = registry.take({ ...NOTHING, notices: [stopped] });
  t.match(events, [
    {
      type: 'container_stop',
      time: 4_000_000,
      detail: { reason: 'emptied', final: FIGURES.values, duration_ms: 2999 },
    },
  ]);
  const gone = registry.take({ ...NOTHING, removed: [{ entity: 1, time: 9000, figures: FIGURES }] });
  t.same(gone.events, []);
  t.match(gone.removed, [{ entity: 1, figures: FIGURES }], 'the samplers make a row of them');
  t.match(registry.counts, { starts: 1, stops: 1, restarts: 0, finalsMissed: 0 });
});

t.test('one that came and went between two messages has everything', async (t) => {
  const registry = new EntityRegistry();
  registry.take({ ...NOTHING, initial: true });
  const { added, removed, events } = registry.take({
    ...NOTHING,
    added: [entity(3)],
    removed: [{ entity: 3, time: 1050, figures: FIGURES }],
  });
  t.equal(added.length, 1);
  t.equal(removed.length, 1);
  t.match(events, [
    { type: 'container_start', detail: { existed_before: false } },
    { type: 'container_stop', detail: { duration_ms: 47, reason: 'removed', final: FIGURES.values } },
  ]);
  t.equal(registry.entities.size, 0);
});

t.test('restarts, each told once: processes again, the same id again, one more by its count', async (t) => {
  const registry = new EntityRegistry();
  registry.take({ ...NOTHING, added: [entity(1)] });
  const at = (what: 'stopped' | 'restarted', time: number) => ({ entity: 1, what, time, figures: null });
  const again = registry.take({ ...NOTHING, notices: [at('stopped', 2000), at('restarted', 3000)] });
  t.match(again.events, [{ type: 'container_stop' }, { type: 'container_restart', detail: { reason: 'populated' } }]);
  const ended = registry.take({ ...NOTHING, removed: [{ entity: 1, time: 5000, figures: null }] });
  t.match(ended.events, [{ type: 'container_stop', detail: { reason: 'removed' } }], 'its second end');
  const counted = (number: number, restartCount: number | null) => {
    const one = entity(number);
    return { ...one, identity: { ...one.identity, containerId: entity(1).identity.containerId, restartCount } };
  };
  const same = registry.take({ ...NOTHING, added: [counted(2, null)] });
  t.match(same.events, [
    { type: 'container_start' },
    { type: 'container_restart', detail: { reason: 'same_id', stopped_at: 5000 } },
  ]);
  t.same(registry.take({ ...NOTHING, changed: [counted(2, 1)] }).events, [], 'that restart has been told');
  t.match(registry.take({ ...NOTHING, changed: [counted(2, 2)] }).events, [
    { type: 'container_restart', detail: { reason: 'restart_count', restart_count: 2 } },
  ]);
  const fresh = { ...entity(8), identity: { ...entity(8).identity, restartCount: 4 } };
  t.match(registry.take({ ...NOTHING, added: [entity(8)], changed: [fresh] }).events, [
    { type: 'container_start' },
    { type: 'container_restart', detail: { restart_count: 4 } },
  ]);
  t.equal(registry.counts.restarts, 4);
});

t.test('groups come and go without a word', async (t) => {
  const registry = new EntityRegistry();
  const group = { ...entity(9), identity: { ...entity(9).identity, scope: 'group' as const } };
  const { added, events } = registry.take({ ...NOTHING, groups: { ...NO_GROUPS, added: [group] } });
  t.match([added.length, events.length, registry.things], [1, 0, 0]);
  const { removed } = registry.take({ ...NOTHING, groups: { ...NO_GROUPS, removed: [{ entity: 9, time: 1 }] } });
  t.match(removed, [{ entity: 9, figures: null }]);
});
