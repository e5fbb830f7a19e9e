/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-status.ts */
import { procPidStatusParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('proc-pid-status', {
  sample: 'proc-pid-status/v6.18',
  table: 'processes',
  make: procPidStatusParser,
  twin: (layout) => ({ format: 'colon', keys: keysOf(layout, '/proc/PID/status') }),
});
