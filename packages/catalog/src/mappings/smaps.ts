import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

/** Fields that smaps and smaps_rollup share, in the kernel's order; all printed in kB. */
export const SMAPS_FIELDS: readonly (readonly [key: string, name: string, help: string])[] = [
  ['Rss', 'rss', 'Resident memory.'],
  ['Pss', 'pss', 'Resident memory, each shared page divided by the processes that map it.'],
  ['Pss_Dirty', 'pss_dirty', 'The dirty part of PSS (kernel 6.0).'],
  ['Pss_Anon', 'pss_anon', 'The anonymous part of PSS (kernel 5.3).'],
  ['Pss_File', 'pss_file', 'The part of PSS that is backed by files (kernel 5.3).'],
  ['Pss_Shmem', 'pss_shmem', 'The part of PSS that is shared memory (kernel 5.3).'],
  ['Shared_Clean', 'shared_clean', 'Pages that others map too, unchanged.'],
  ['Shared_Dirty', 'shared_dirty', 'Pages that others map too, changed.'],
  ['Private_Clean', 'private_clean', 'Pages that nobody else maps, unchanged.'],
  ['Private_Dirty', 'private_dirty', 'Pages that nobody else maps, changed.'],
  ['Referenced', 'referenced', 'Pages marked as accessed.'],
  ['Anonymous', 'anonymous', 'Pages that belong to no file.'],
  ['KSM', 'ksm', 'Pages merged by KSM (kernel 6.7).'],
  ['LazyFree', 'lazyfree', 'Pages marked as free to drop under pressure (kernel 4.12).'],
  ['AnonHugePages', 'anon_huge_pages', 'Anonymous memory in transparent huge pages.'],
  ['ShmemPmdMapped', 'shmem_pmd_mapped', 'Shared memory mapped by huge pages.'],
  ['FilePmdMapped', 'file_pmd_mapped', 'Page cache mapped by huge pages (kernel 5.4).'],
  ['Shared_Hugetlb', 'shared_hugetlb', 'Huge pages of hugetlbfs that others map too; not part of RSS.'],
  ['Private_Hugetlb', 'private_hugetlb', 'Huge pages of hugetlbfs that nobody else maps; not part of RSS.'],
  ['Swap', 'swap', 'Anonymous memory that is in swap.'],
  ['SwapPss', 'swap_pss', 'Swap, each shared page divided by its users.'],
  ['Locked', 'locked', 'The part of PSS that is locked in memory.'],
];

const of = metricsOf('/proc/PID/smaps');

/** Sums over the regions of one name. */
export const SMAPS: readonly Column[] = [
  of.gauge('smaps_size_bytes', 'bytes', 'Address space of the regions.', 'Size'),
  ...SMAPS_FIELDS.filter(([, name]) => !/^pss_(anon|file|shmem)$/.test(name)).map(([key, name, help]) =>
    of.gauge(`smaps_${name}_bytes`, 'bytes', help, key),
  ),
];
