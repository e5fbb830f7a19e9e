/** node --conditions=@fgm/source --expose-gc bench/micro/v1-limit.ts */
import { v1LimitParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('v1-limit', {
  sample: 'v1-limit/limited',
  table: 'containers',
  make: (layout) => v1LimitParser(layout, 'memory_max_bytes'),
});
