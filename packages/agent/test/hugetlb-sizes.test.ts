import t from 'tap';
import { hugetlbSizes } from '../src/hugetlb-sizes.ts';

for (const [names, sizes] of [
  [
    ['hugetlb.1GB.current', 'hugetlb.2MB.current', 'hugetlb.2MB.max', 'memory.current'],
    ['2MB', '1GB'],
  ],
  [
    ['hugetlb.2MB.usage_in_bytes', 'hugetlb.64KB.usage_in_bytes', 'hugetlb.2MB.current'],
    ['64KB', '2MB'],
  ],
  [['hugetlb.2MB.rsvd.current', 'hugetlb..current', 'hugetlb.2TB.current', 'hugetlb.99999MB.current'], []],
  [[], []],
] as const) {
  t.strictSame(hugetlbSizes(names), sizes, names.join(' '));
}
