/** node --conditions=@fgm/source --expose-gc bench/micro/proc-loadavg.ts */
import { procLoadavgParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-loadavg', {
  sample: 'proc-loadavg/v6.18',
  table: 'node',
  make: procLoadavgParser,
});
