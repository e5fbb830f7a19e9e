/** node --conditions=@fgm/source --expose-gc bench/micro/memory-events.ts */
import { memoryEventsParser } from '@fgm/kernfs';
import { benchParser, keysOf } from '../harness/parser-bench.ts';

await benchParser('memory-events', {
  sample: 'memory-events/v6.1-oom',
  table: 'containers',
  make: (layout) => memoryEventsParser(layout, 'memory.events'),
  twin: (layout) => ({ format: 'flat', keys: keysOf(layout, 'memory.events') }),
});
