import { blockColumns, Columns, indexOf, makeLayout } from '@fgm/catalog';
import t from 'tap';
import { EventColumns } from '../../src/events/event-columns.ts';
import { SettingChanges } from '../../src/events/setting-changes.ts';

const layout = makeLayout('containers', blockColumns('containers'), 64);
const at = new EventColumns(layout);
const SECOND = 1_000_000;

function observer(fresh: boolean) {
  const columns = new Columns(layout);
  const changes = new SettingChanges(at);
  const set = (name: string, value: number | null): void => {
    const column = indexOf(layout, name);
    if (value === null) columns.setNull(column, 0);
    else columns.setInt(column, 0, value);
  };
  return { changes, set, observe: (seconds: number) => changes.observe(columns, 0, seconds * SECOND, fresh) };
}

t.test('what is there at first is no change, what differs then is', async (t) => {
  const { set, observe } = observer(false);
  set('memory_max_bytes', 100);
  set('cpu_weight', 100);
  t.equal(observe(0), null);
  t.equal(observe(1), null);
  set('memory_max_bytes', 200);
  set('cpu_weight', 50);
  t.same(observe(2), { memory_max_bytes: { from: 100, to: 200 }, cpu_weight: { from: 100, to: 50 } });
  t.equal(observe(3), null);
});

t.test('no limit is a value of a limit, and of nothing else', async (t) => {
  const { set, observe } = observer(false);
  set('memory_max_bytes', 100);
  set('cpu_weight', 100);
  observe(0);
  set('memory_max_bytes', null);
  set('cpu_weight', null);
  t.same(observe(1), { memory_max_bytes: { from: 100, to: null } });
  set('memory_max_bytes', 7);
  set('cpu_weight', 100);
  t.same(observe(2), { memory_max_bytes: { from: null, to: 7 } });
});

t.test('a runtime that makes a container changes nothing', async (t) => {
  const { set, observe } = observer(true);
  observe(0);
  set('memory_max_bytes', 100);
  t.equal(observe(0.5), null);
  set('memory_max_bytes', 200);
  t.same(observe(1.5), { memory_max_bytes: { from: 100, to: 200 } });
});

t.test('other files of the same entity are no change', async (t) => {
  const { changes, set, observe } = observer(false);
  set('memory_max_bytes', 100);
  observe(0);
  changes.forget();
  set('memory_max_bytes', 300);
  t.equal(observe(1), null);
});
