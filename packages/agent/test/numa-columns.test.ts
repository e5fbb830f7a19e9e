import t from 'tap';
import { numaColumns } from '../src/numa-columns.ts';

const TEXT = 'anon N0=1 N1=2\nfile N0=3 N1=4\nworkingset_refault_anon N0=5 N1=6\nunheard_of N0=7 N1=8\n';

t.strictSame(
  numaColumns(TEXT).map(({ name, kind, unit }) => `${name} ${kind} ${unit}`),
  [
    'memory_numa_stat_anon_n0_bytes gauge bytes',
    'memory_numa_stat_file_n0_bytes gauge bytes',
    'memory_numa_stat_workingset_refault_anon_n0 counter count',
    'memory_numa_stat_unheard_of_n0 gauge null',
    'memory_numa_stat_anon_n1_bytes gauge bytes',
    'memory_numa_stat_file_n1_bytes gauge bytes',
    'memory_numa_stat_workingset_refault_anon_n1 counter count',
    'memory_numa_stat_unheard_of_n1 gauge null',
  ],
  'a column for each key and node, of the kind that it has in memory.stat',
);
t.strictSame(numaColumns(TEXT.slice(0, -1)), [], 'nothing is taken from a text that was cut');
t.strictSame(numaColumns('total=6 N0=6\n'), [], 'nor from the file of this name in cgroup v1');
