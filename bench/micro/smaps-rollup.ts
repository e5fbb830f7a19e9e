/** node --conditions=@fgm/source --expose-gc bench/micro/smaps-rollup.ts */
import { smapsRollupParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('smaps-rollup', {
  sample: 'smaps-rollup/v6.18',
  table: 'processes',
  make: smapsRollupParser,
  twin: (layout) => ({ format: 'colon', keys: keysOf(layout, '/proc/PID/smaps_rollup') }),
});
