/** node --conditions=@fgm/source --expose-gc bench/micro/io-stat.ts */
import { ioStatParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser(
  'io-stat',
  {
    sample: 'io-stat/v6.1',
    table: 'containers',
    make: ioStatParser,
    twin: (layout) => ({ format: 'pairs', keys: keysOf(layout, 'io.stat') }),
  },
  {
    sample: 'io-stat/latency-and-cost',
    table: 'containers',
    make: ioStatParser,
    twin: (layout) => ({ format: 'pairs', keys: keysOf(layout, 'io.stat') }),
  },
);
