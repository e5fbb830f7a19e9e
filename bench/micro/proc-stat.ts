/** node --conditions=@fgm/source --expose-gc bench/micro/proc-stat.ts */
import { procStatParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-stat', {
  sample: 'proc-stat/v6.18',
  table: 'node',
  make: (layout) => procStatParser(layout, { userHz: 100 }),
});
