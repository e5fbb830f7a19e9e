/** node --conditions=@fgm/source --expose-gc bench/micro/proc-pid-io.ts */
import { procPidIoParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('proc-pid-io', {
  sample: 'proc-pid-io/v6.18',
  table: 'processes',
  make: procPidIoParser,
  twin: (layout) => ({ format: 'colon', keys: keysOf(layout, '/proc/PID/io') }),
});
