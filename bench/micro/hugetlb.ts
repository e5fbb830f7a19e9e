/** node --conditions=@fgm/source --expose-gc bench/micro/hugetlb.ts */
import { hugetlbColumns } from '@fgm/catalog';
import { hugetlbEventsParser } from '@fgm/kernfs';
import { benchParser } from '../harness/parser-bench.ts';

await benchParser('hugetlb', {
  sample: 'hugetlb-events/v6.18',
  table: 'containers',
  make: (layout) => hugetlbEventsParser(layout, '2MB', 'events'),
  extra: hugetlbColumns('2MB'),
});
