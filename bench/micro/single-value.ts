/** node --conditions=@fgm/source --expose-gc bench/micro/single-value.ts */
import { singleValueParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('single-value', {
  sample: 'single-value/v6.1-memory-current',
  table: 'containers',
  make: (layout) => singleValueParser(layout, 'memory_current_bytes'),
});
