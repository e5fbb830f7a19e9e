/** node --conditions=@fgm/source --expose-gc bench/micro/memory-stat.ts */
import { memoryStatParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('memory-stat', {
  sample: 'memory-stat/v6.1',
  table: 'containers',
  make: memoryStatParser,
  twin: (layout) => ({ format: 'flat', keys: keysOf(layout, 'memory.stat') }),
});
