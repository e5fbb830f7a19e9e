/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-stat.ts */
import { procPidStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

const MACHINE = { userHz: 100, pageSize: 4096, delayAccounting: true };

await benchParser('proc-pid-stat', {
  sample: 'proc-pid-stat/v6.18',
  table: 'processes',
  make: (layout) => procPidStatParser(layout, MACHINE).parse,
  twin: () => ({ format: 'stat', keys: [] }),
});
