/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-limits.ts */
import { procPidLimitsParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-pid-limits', {
  sample: 'proc-pid-limits/v6.18',
  table: 'processes',
  make: procPidLimitsParser,
});
