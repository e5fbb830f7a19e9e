/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-statm.ts */
import { procPidStatmParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-pid-statm', {
  sample: 'proc-pid-statm/v6.18',
  table: 'processes',
  make: (layout) => procPidStatmParser(layout, { pageSize: 4096 }),
});
