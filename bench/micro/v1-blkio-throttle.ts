/** node --conditions=@fgm/source --expose-gc bench/micro/v1-blkio-throttle.ts */
import { v1BlkioThrottleParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('v1-blkio-throttle', {
  sample: 'v1-blkio-throttle/v5.4',
  table: 'containers',
  make: (layout) => v1BlkioThrottleParser(layout, 'io_service_bytes'),
});
