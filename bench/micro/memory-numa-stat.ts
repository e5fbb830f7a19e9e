/** node --conditions=@fgm/source --expose-gc bench/micro/memory-numa-stat.ts */
import { numaStatColumn } from '@fgm/catalog';
import { memoryNumaStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

/** Those that a machine with one memory node has in its first lines. */
const KEYS = ['anon', 'file', 'kernel_stack', 'pagetables', 'shmem', 'inactive_anon', 'active_anon', 'inactive_file'];

await benchParser('memory-numa-stat', {
  sample: 'memory-numa-stat/v6.12',
  table: 'containers',
  make: memoryNumaStatParser,
  extra: KEYS.map((key) => numaStatColumn(key, 0)),
});
