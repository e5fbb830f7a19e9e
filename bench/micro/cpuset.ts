/** node --conditions=@fgm/source --expose-gc bench/micro/cpuset.ts */
import { cpusetParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('cpuset', {
  sample: 'cpuset/many',
  table: 'containers',
  make: cpusetParser,
});
