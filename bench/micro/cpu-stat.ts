/** node --conditions=@fgm/source --expose-gc bench/micro/cpu-stat.ts */
import { cpuStatParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser(
  'cpu-stat',
  {
    sample: 'cpu-stat/v6.1-throttled',
    table: 'containers',
    make: cpuStatParser,
    twin: (layout) => ({ format: 'flat', keys: keysOf(layout, 'cpu.stat') }),
  },
  {
    sample: 'cpu-stat-local/v6.6',
    table: 'containers',
    make: (layout) => cpuStatParser(layout, 'cpu.stat.local'),
  },
);
