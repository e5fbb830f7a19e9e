/** node --conditions=@fgm/source --expose-gc bench/micro/pressure.ts */
import { pressureParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('pressure', {
  sample: 'pressure-memory/v6.18',
  table: 'containers',
  make: (layout) => pressureParser(layout, 'memory'),
});
