import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

/**
 * The columns of one size of huge pages. Which sizes there are differs between machines, so they are no part of the fixed
 * columns: the recorder looks at start what its kernel has.
 *
 * @param size as in the names of the kernel's files: `2MB`, `1GB`
 */
export function hugetlbColumns(size: string): Column[] {
  const prefix = `hugetlb_${size.toLowerCase()}`;
  const of = (file: string): ReturnType<typeof metricsOf> => metricsOf(`hugetlb.${size}.${file}`);
  const times = 'Times a huge page of this size was refused because of its limit';
  return [
    of('current').gauge(`${prefix}_current_bytes`, 'bytes', 'Huge pages of this size in use.'),
    of('max').gauge(`${prefix}_max_bytes`, 'bytes', 'Limit of huge pages of this size; null: no limit of its own.'),
    of('peak').gauge(
      `${prefix}_peak_bytes`,
      'bytes',
      'Most huge pages of this size in use; read every 10 s, cgroup v1 only.',
    ),
    of('rsvd.current').gauge(
      `${prefix}_rsvd_current_bytes`,
      'bytes',
      'Huge pages of this size reserved, used yet or not (kernel 5.7).',
    ),
    of('rsvd.max').gauge(
      `${prefix}_rsvd_max_bytes`,
      'bytes',
      'Limit of reservations of this size; null: no limit of its own (kernel 5.7).',
    ),
    of('events').counter(
      `${prefix}_events_max`,
      'count',
      `${times}, in it or its descendants; read every 10 s.`,
      'max',
    ),
    of('events.local').counter(
      `${prefix}_events_local_max`,
      'count',
      `${times}, in the cgroup itself; read every 10 s.`,
      'max',
    ),
  ];
}
