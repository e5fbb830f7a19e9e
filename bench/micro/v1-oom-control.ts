/** node --conditions=@fgm/source --expose-gc bench/micro/v1-oom-control.ts */
import { v1OomControlParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('v1-oom-control', {
  sample: 'v1-oom-control/v6.18',
  table: 'containers',
  make: v1OomControlParser,
});
