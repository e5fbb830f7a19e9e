import { blockColumns, makeLayout } from '@fgm/catalog';
import { detectCgroups } from '@fgm/discovery';
import { CgroupSandbox, cgroupMounts, whyNoCgroups } from '@fgm/testkit';
import { readdirSync } from 'node:fs';
import t from 'tap';
import { foundColumns, foundNodeColumns } from '../src/found-columns.ts';

const KNOWN = makeLayout('containers', blockColumns('containers'), 64);

function namesIn(root: string, numa = false): string[] {
  return foundColumns(KNOWN, detectCgroups(root), numa).map(({ name }) => name);
}

t.test('cgroup v2: what the cgroups just below the root have', (t) => {
  const root = t.testdir({
    'cgroup.controllers': 'cpu memory hugetlb rdma misc\n',
    'init.scope': {},
    'kubepods.slice': {
      'memory.stat': 'anon 1\nhyperspace 3\n',
      'memory.numa_stat': 'anon N0=1 N1=2\n',
      'hugetlb.1GB.current': '0\n',
      'hugetlb.2MB.current': '0\n',
      'misc.current': 'sev_es 0\n',
      'rdma.max': 'mlx5-0 hca_handle=max hca_object=max \nMLX5_0 hca_handle=1 hca_object=1 \n',
    },
  });
  const names = namesIn(root);
  t.strictSame(
    names.filter((name) => !name.startsWith('hugetlb')),
    [
      'memory_stat_hyperspace',
      'misc_sev_es_current',
      'misc_sev_es_peak',
      'misc_sev_es_max',
      'misc_sev_es_events_max',
      'rdma_mlx5_0_hca_handle_current',
      'rdma_mlx5_0_hca_handle_max',
      'rdma_mlx5_0_hca_object_current',
      'rdma_mlx5_0_hca_object_max',
    ],
    'two devices that would have one name: the first has it',
  );
  t.equal(names.indexOf('hugetlb_2mb_current_bytes') + 7, names.indexOf('hugetlb_1gb_current_bytes'));
  t.strictSame(
    namesIn(root, true).filter((name) => name.includes('numa')),
    ['memory_numa_stat_anon_n0_bytes', 'memory_numa_stat_anon_n1_bytes'],
    'memory nodes only when they are asked for',
  );
  t.equal(new Set(names).size, names.length);
  t.end();
});

t.test('cgroup v1: what the roots of its hierarchies have', (t) => {
  const root = t.testdir({
    hugetlb: { tasks: '', 'hugetlb.2MB.usage_in_bytes': '0\n' },
    misc: { tasks: '', 'misc.capacity': 'sev 10\n', kubepods: { 'misc.current': 'sev 1\n' } },
    rdma: { tasks: '', docker: { 'rdma.max': 'rxe0 hca_handle=max hca_object=max \n' } },
    memory: { tasks: '', 'memory.usage_in_bytes': '1\n', 'memory.numa_stat': 'total=1 N0=1\n' },
  });
  const names = namesIn(root, true);
  t.strictSame(
    [names.length, names[0], names[7], names[11]],
    [15, 'hugetlb_2mb_current_bytes', 'misc_sev_current', 'rdma_rxe0_hca_handle_current'],
  );
  t.end();
});

t.test('nothing there, and nothing readable', (t) => {
  t.strictSame(namesIn(t.testdir({ 'cgroup.controllers': '' }), true), []);
  t.strictSame(namesIn(t.testdir({ 'cgroup.controllers': '', 'memory.stat': {}, 'misc.current': {} }), true), []);
  t.strictSame(namesIn('/nonexistent', true), []);
  t.end();
});

t.test('this machine', { skip: whyNoCgroups() }, (t) => {
  const sandbox = new CgroupSandbox();
  t.teardown(() => sandbox.close());
  const directory = sandbox.directories.v2!;
  const sizes = readdirSync(directory).filter((name) => /^hugetlb\.[^.]+\.current$/.test(name));
  const names = foundColumns(KNOWN, { mode: 'v2', hierarchies: { v2: cgroupMounts().v2! }, controllers: [] }, true);
  t.equal(names.filter(({ name }) => /^hugetlb_[^_]+_current_bytes$/.test(name)).length, sizes.length, sizes.join(' '));
  t.end();
});

t.test('the node: keys of meminfo and vmstat that nobody knows', (t) => {
  const known = makeLayout('node', blockColumns('node'), 64);
  const root = t.testdir({
    meminfo: 'MemTotal:  1 kB\nWarpCore:  2 kB\n',
    vmstat: 'pgfault 1\nnr_hyperspace 5\npgwarp 6\n',
    1: { vmstat: 'not_this 1\n' },
  });
  const names = (most: number): string[] => foundNodeColumns(known, root, most).map(({ name }) => name);
  t.strictSame(names(100), ['meminfo_warp_core_bytes', 'vmstat_nr_hyperspace', 'vmstat_pgwarp']);
  t.strictSame(names(1), ['meminfo_warp_core_bytes'], 'no more than there is room for');
  t.strictSame(foundNodeColumns(known, `${root}/nowhere`, 100), [], 'nothing where there is no such file');
  t.end();
});
