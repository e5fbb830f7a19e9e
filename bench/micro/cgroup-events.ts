/** node --conditions=@fgm/source --expose-gc bench/micro/cgroup-events.ts */
import { cgroupEventsParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('cgroup-events', {
  sample: 'cgroup-events/v6.1',
  table: 'containers',
  make: cgroupEventsParser,
});
