/** node --conditions=@fgm/source --expose-gc bench/micro/pids-events.ts */
import { pidsEventsParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('pids-events', {
  sample: 'pids-events/v6.1',
  table: 'containers',
  make: pidsEventsParser,
});
