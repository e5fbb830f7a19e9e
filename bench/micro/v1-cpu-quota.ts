/** node --conditions=@fgm/source --expose-gc bench/micro/v1-cpu-quota.ts */
import { v1CpuPeriodParser, v1CpuQuotaParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser(
  'v1-cpu-quota',
  {
    name: 'quota',
    sample: 'v1-cpu-quota/limited',
    table: 'containers',
    make: v1CpuQuotaParser,
  },
  {
    name: 'period',
    sample: 'v1-cpu-quota/limited',
    table: 'containers',
    make: v1CpuPeriodParser,
  },
);
