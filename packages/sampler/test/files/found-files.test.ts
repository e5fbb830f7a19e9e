import {
  blockColumns,
  Columns,
  hugetlbColumns,
  makeLayout,
  miscColumns,
  numaStatColumn,
  rdmaColumns,
  type Column,
  type Entity,
} from '@fgm/catalog';
import { ReadErrors } from '@fgm/kernfs';
import t from 'tap';
import { filesOf, makeFilePlan } from '../../src/files/file-plan.ts';
import type { ShardContext } from '../../src/shard-context.ts';
import { entityOf } from '../harness/shard-harness.ts';

const FOUND: readonly Column[] = [
  ...hugetlbColumns('2MB'),
  ...miscColumns('sev'),
  ...rdmaColumns('mlx5_0'),
  numaStatColumn('anon', 0),
  numaStatColumn('anon', 1),
];
const LAYOUT = makeLayout('containers', blockColumns('containers', FOUND), 64);

/** All found values of the entity, read from its files. */
function valuesOf(entity: Entity): Record<string, number> {
  const columns = new Columns(LAYOUT);
  const task = { openFilesLimit: 100 };
  const errors = new ReadErrors();
  const facts = { task, openFiles: 0, reads: 0, malformed: 0, errors, buffer: new Uint8Array(4096) };
  const context = facts as unknown as ShardContext;
  for (const files of Object.values(filesOf(makeFilePlan(LAYOUT), entity))) {
    for (const file of files) {
      file.read(context, columns, 5);
      file.close(context);
    }
  }
  t.strictSame([facts.malformed, errors.entries()], [0, []]);
  const found = FOUND.map(({ name }) => name).filter((name) => columns.isValid(columnOf(name), 5));
  return Object.fromEntries(found.map((name) => [name, columns.getInt(columnOf(name), 5)]));
}

function columnOf(name: string): number {
  return LAYOUT.columns.findIndex((column) => column.name === name);
}

const MISC = {
  'misc.current': 'sev 3\n',
  'misc.max': 'sev max\n',
  'misc.events': 'sev.max 4\n',
  'misc.peak': 'sev 9\n',
};
const RDMA = {
  'rdma.current': 'mlx5_0 hca_handle=1 hca_object=20 \n',
  'rdma.max': 'mlx5_0 hca_handle=max hca_object=2000 \n',
};
const MISC_AND_RDMA = {
  misc_sev_current: 3,
  misc_sev_peak: 9,
  misc_sev_events_max: 4,
  rdma_mlx5_0_hca_handle_current: 1,
  rdma_mlx5_0_hca_object_current: 20,
  rdma_mlx5_0_hca_object_max: 2000,
};

t.test('cgroup v2', (t) => {
  const v2 = t.testdir({
    'hugetlb.2MB.current': '2097152\n',
    'hugetlb.2MB.max': 'max\n',
    'hugetlb.2MB.rsvd.current': '4194304\n',
    'hugetlb.2MB.rsvd.max': '8388608\n',
    'hugetlb.2MB.events': 'max 5\n',
    'hugetlb.2MB.events.local': 'max 2\n',
    'memory.numa_stat': 'anon N0=4096 N1=8192\nfile N0=1 N1=2\n',
    ...MISC,
    ...RDMA,
  });
  t.strictSame(valuesOf(entityOf(0, { v2 })), {
    hugetlb_2mb_current_bytes: 2097152,
    hugetlb_2mb_rsvd_current_bytes: 4194304,
    hugetlb_2mb_rsvd_max_bytes: 8388608,
    hugetlb_2mb_events_max: 5,
    hugetlb_2mb_events_local_max: 2,
    ...MISC_AND_RDMA,
    memory_numa_stat_anon_n0_bytes: 4096,
    memory_numa_stat_anon_n1_bytes: 8192,
  });
  t.end();
});

t.test('cgroup v1: its own hierarchies say it, and not the v2 directory beside them', (t) => {
  const root = t.testdir({
    v2: {
      'hugetlb.2MB.current': '1\n',
      'misc.current': 'sev 77\n',
      'rdma.current': 'mlx5_0 hca_handle=77 hca_object=7\n',
    },
    hugetlb: {
      'hugetlb.2MB.usage_in_bytes': '2097152\n',
      'hugetlb.2MB.max_usage_in_bytes': '6291456\n',
      'hugetlb.2MB.limit_in_bytes': '9223372036852678656\n',
      'hugetlb.2MB.failcnt': '6\n',
      'hugetlb.2MB.rsvd.usage_in_bytes': '4194304\n',
      'hugetlb.2MB.rsvd.limit_in_bytes': '8388608\n',
    },
    misc: MISC,
    rdma: RDMA,
  });
  const directories = Object.fromEntries(['v2', 'hugetlb', 'misc', 'rdma'].map((name) => [name, `${root}/${name}`]));
  t.strictSame(valuesOf(entityOf(0, directories)), {
    hugetlb_2mb_current_bytes: 2097152,
    hugetlb_2mb_peak_bytes: 6291456,
    hugetlb_2mb_rsvd_current_bytes: 4194304,
    hugetlb_2mb_rsvd_max_bytes: 8388608,
    hugetlb_2mb_events_max: 6,
    ...MISC_AND_RDMA,
  });
  t.end();
});

t.test('a machine without any of it has no such files', (t) => {
  const plan = makeFilePlan(makeLayout('containers', blockColumns('containers'), 64));
  t.strictSame(
    plan.filter(({ name }) => /hugetlb|misc|rdma|numa/.test(name)),
    [],
  );
  t.end();
});
