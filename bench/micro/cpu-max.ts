/** node --conditions=@fgm/source --expose-gc bench/micro/cpu-max.ts */
import { cpuMaxParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('cpu-max', {
  sample: 'cpu-max/v6.1',
  table: 'containers',
  make: cpuMaxParser,
});
