/** node --conditions=@fgm/source --expose-gc bench/micro/v1-memory-stat.ts */
import { v1MemoryStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('v1-memory-stat', {
  sample: 'v1-memory-stat/v6.18',
  table: 'containers',
  make: v1MemoryStatParser,
});
