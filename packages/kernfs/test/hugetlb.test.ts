import { hugetlbColumns } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { hugetlbEventsParser } from '../src/hugetlb.ts';
import { fieldsIn, keyedLines } from './suite/keyed.ts';
import { parserSuite } from './suite/parser-suite.ts';
import { flatTwin } from './suite/twins.ts';

const extra = hugetlbColumns('2MB');

for (const file of ['events', 'events.local'] as const) {
  const fields = fieldsIn(extra, `hugetlb.2MB.${file}`);
  const bench = parserSuite({
    fixtures: `hugetlb-${file.replace('.', '-')}`,
    table: 'containers',
    make: (layout) => hugetlbEventsParser(layout, '2MB', file),
    extra,
    twin: flatTwin(fields),
    text: keyedLines(fields, ' ', fc.constant('')),
  });
  t.strictSame(bench.run('max 3\n').values, { [`hugetlb_2mb_${file.replace('.', '_')}_max`]: 3 });
}
