/** node --conditions=@fgm/source --expose-gc bench/micro/misc-controller.ts */
import { miscColumns } from '@fgm/catalog';
import { miscParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('misc-controller', {
  sample: 'misc-current/two-kinds-of-guests',
  table: 'containers',
  make: (layout) => miscParser(layout, 'misc.current'),
  extra: ['sev', 'sev_es'].flatMap(miscColumns),
});
