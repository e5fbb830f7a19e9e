import { join } from 'node:path';
import t from 'tap';
import { scan } from '../src/index.ts';
import { POD, hybrid, id, make, tooDeep, v1, v2 } from './trees.ts';

t.test('v2, v1 and hybrid give the same container', async (t) => {
  const trees = {
    v2: [v2(), ['']],
    v1: [v1(), ['memory', 'pids']],
    hybrid: [hybrid(), ['memory', 'pids', 'unified']],
  } as const;
  for (const [mode, [tree, hierarchies]] of Object.entries(trees)) {
    const root = t.testdir(tree);
    make(root, hierarchies, 'kubepods/burstable', `pod${POD}`, id(1));
    const { mounts, entities, troubles } = scan({ cgroupRoot: root, scope: 'auto', firstEntity: 5 });
    t.equal(mounts.mode, mode);
    t.same(troubles, []);
    t.equal(entities.length, 1);
    t.match(entities[0], { entity: 5, identity: { containerId: id(1), podUid: POD, qos: 'Burstable' } }, mode);
    const directory = mode === 'v2' ? root : join(root, 'pids');
    t.same(entities[0]?.processDirectories, [join(directory, 'kubepods/burstable', `pod${POD}`, id(1))]);
  }
});

t.test('without cgroups there is nothing, and that is said', async (t) => {
  const root = t.testdir({});
  t.same(scan({ cgroupRoot: root, scope: 'all' }), {
    mounts: { mode: 'none', hierarchies: {}, controllers: [] },
    entities: [],
    troubles: [{ what: 'no_cgroups', errno: null, path: root }],
  });
});

t.test('what cannot be looked at is told, the rest is found', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const deep = tooDeep(root);
  try {
    const { entities, troubles } = scan({ cgroupRoot: root, scope: 'containers' });
    t.match(troubles, [{ what: 'unreadable', errno: 'ENAMETOOLONG', path: new RegExp(`/${deep.name}$`) }]);
    t.match(entities, [{ identity: { containerId: id(1) } }]);
  } finally {
    deep.remove();
  }
});

t.test(
  'this machine',
  { skip: scan({ cgroupRoot: '/sys/fs/cgroup', scope: 'all' }).mounts.mode === 'none' && 'no cgroups' },
  async (t) => {
    const { entities } = scan({ cgroupRoot: '/sys/fs/cgroup', scope: 'all' });
    const ids = entities.map(({ identity }) => identity.containerId);
    t.ok(ids.includes('/'), 'has a host');
    t.equal(new Set(ids).size, ids.length, 'has each container and service once');
    t.same(
      entities.map(({ entity }) => entity),
      [...ids.keys()],
    );
  },
);
