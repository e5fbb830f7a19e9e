/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-schedstat.ts */
import { procPidSchedstatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-pid-schedstat', {
  sample: 'proc-pid-schedstat/v6.18',
  table: 'processes',
  make: procPidSchedstatParser,
});
