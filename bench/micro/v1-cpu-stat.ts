/** node --conditions=@fgm/source --expose-gc bench/micro/v1-cpu-stat.ts */
import { v1CpuStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('v1-cpu-stat', {
  sample: 'v1-cpu-stat/v6.18',
  table: 'containers',
  make: v1CpuStatParser,
});
