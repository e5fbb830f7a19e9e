/** node --conditions=@fgm/source --expose-gc bench/micro/v1-cpuacct.ts */
import { v1CpuacctStatParser, v1CpuacctUsageParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser(
  'v1-cpuacct',
  {
    sample: 'v1-cpuacct-usage/v6.18',
    table: 'containers',
    make: (layout) => v1CpuacctUsageParser(layout, 'cpuacct.usage'),
  },
  {
    sample: 'v1-cpuacct-stat/v6.18',
    table: 'containers',
    make: (layout) => v1CpuacctStatParser(layout, 100),
  },
);
