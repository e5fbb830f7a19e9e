/** node --conditions=@fgm/source --expose-gc bench/micro/rdma.ts */
import { rdmaColumns } from '@fgm/catalog';
import { rdmaParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('rdma', {
  sample: 'rdma-current/two-devices',
  table: 'containers',
  make: (layout) => rdmaParser(layout, 'rdma.current'),
  extra: ['mlx4_0', 'ocrdma1'].flatMap(rdmaColumns),
});
