/** node --conditions=@fgm/source --expose-gc bench/micro/proc-diskstats.ts */
import { procDiskstatsParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('proc-diskstats', {
  sample: 'proc-diskstats/v5.10-partitions-and-stacks',
  table: 'node',
  make: procDiskstatsParser,
});
