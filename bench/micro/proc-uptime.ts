/** node --conditions=@fgm/source --expose-gc bench/micro/proc-uptime.ts */
import { procUptimeParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-uptime', {
  sample: 'proc-uptime/v6.18',
  table: 'node',
  make: procUptimeParser,
});
