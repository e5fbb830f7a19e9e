/** node --conditions=@fgm/source --expose-gc bench/micro/proc-meminfo.ts */
import { procMeminfoParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('proc-meminfo', {
  sample: 'proc-meminfo/v6.18',
  table: 'node',
  make: procMeminfoParser,
  twin: (layout) => ({ format: 'colon', keys: keysOf(layout, '/proc/meminfo') }),
});
