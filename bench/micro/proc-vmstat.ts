/** node --conditions=@fgm/source --expose-gc bench/micro/proc-vmstat.ts */
import { procVmstatParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('proc-vmstat', {
  sample: 'proc-vmstat/v6.18',
  table: 'node',
  make: procVmstatParser,
  twin: (layout) => ({ format: 'flat', keys: keysOf(layout, '/proc/vmstat') }),
});
