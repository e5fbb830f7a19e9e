/** node --conditions=@fgm/source --expose-gc bench/micro/cgroup-stat.ts */
import { cgroupStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('cgroup-stat', {
  sample: 'cgroup-stat/v6.18-root',
  table: 'containers',
  make: cgroupStatParser,
});
