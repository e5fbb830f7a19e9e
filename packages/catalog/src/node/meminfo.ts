import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/meminfo');

/** Amounts, which the kernel prints in kB: fs/proc/meminfo.c and arch_report_meminfo(). */
const AMOUNTS: readonly (readonly [key: string, help: string])[] = [
  ['MemTotal', 'Memory that the kernel can use.'],
  ['MemFree', 'Memory that nobody uses.'],
  ['MemAvailable', 'Memory that programs could get without swapping, as the kernel estimates it.'],
  ['Buffers', 'Page cache of block devices.'],
  ['Cached', 'Page cache of files, tmpfs and shared memory included.'],
  ['SwapCached', 'Memory that is in swap and in memory at once.'],
  ['Active', 'Memory used lately.'],
  ['Inactive', 'Memory that reclaim looks at first.'],
  ['Active(anon)', 'Anonymous memory and tmpfs used lately.'],
  ['Inactive(anon)', 'Anonymous memory and tmpfs that reclaim looks at first.'],
  ['Active(file)', 'Page cache used lately.'],
  ['Inactive(file)', 'Page cache that reclaim looks at first.'],
  ['Unevictable', 'Memory that cannot be reclaimed.'],
  ['Mlocked', 'Memory locked by mlock.'],
  ['SwapTotal', 'Swap there is.'],
  ['SwapFree', 'Swap that nobody uses.'],
  ['Zswap', 'Compressed pages held by zswap, at their compressed size (kernel 5.19).'],
  ['Zswapped', 'Memory swapped out to zswap, at its original size (kernel 5.19).'],
  ['Dirty', 'Page cache that is changed and not yet written back.'],
  ['Writeback', 'Page cache that is being written back.'],
  ['AnonPages', 'Anonymous memory that is mapped.'],
  ['Mapped', 'Page cache that is mapped into processes.'],
  ['Shmem', 'tmpfs files and shared memory.'],
  ['KReclaimable', 'Kernel memory that can be freed under pressure (kernel 4.20).'],
  ['Slab', 'Kernel objects, reclaimable or not.'],
  ['SReclaimable', 'Kernel objects that can be freed under pressure.'],
  ['SUnreclaim', 'Kernel objects that cannot be freed under pressure.'],
  ['KernelStack', 'Kernel stacks of all tasks.'],
  ['ShadowCallStack', 'Shadow call stacks of all tasks.'],
  ['PageTables', 'Page tables.'],
  ['SecPageTables', 'Secondary page tables, such as those of virtual machines (kernel 6.0).'],
  ['NFS_Unstable', 'Always 0 since kernel 5.8.'],
  ['Bounce', 'Bounce buffers of block devices.'],
  ['WritebackTmp', 'Buffers of FUSE for writing back.'],
  ['CommitLimit', 'Memory that may be promised under strict overcommit.'],
  ['Committed_AS', 'Memory promised to programs.'],
  ['VmallocTotal', 'Address space for kernel memory that is mapped page by page.'],
  ['VmallocUsed', 'Kernel memory that is mapped page by page.'],
  ['VmallocChunk', 'Always 0 since kernel 4.4.'],
  ['Percpu', 'Per-CPU kernel data.'],
  ['HardwareCorrupted', 'Memory found broken and no longer used.'],
  ['AnonHugePages', 'Anonymous memory in transparent huge pages.'],
  ['ShmemHugePages', 'Shared memory in huge pages.'],
  ['ShmemPmdMapped', 'Shared memory that is mapped as huge pages.'],
  ['FileHugePages', 'Page cache in huge pages (kernel 5.4).'],
  ['FilePmdMapped', 'Page cache that is mapped as huge pages (kernel 5.4).'],
  ['CmaTotal', 'Memory set aside for contiguous allocations.'],
  ['CmaFree', 'Memory set aside for contiguous allocations that nobody uses for them.'],
  ['Unaccepted', 'Memory that this virtual machine has not accepted yet (kernel 6.5).'],
  ['Balloon', 'Memory given back to the hypervisor (kernel 6.17).'],
  ['Hugepagesize', 'Default size of a huge page.'],
  ['Hugetlb', 'Huge pages of all sizes, in use or not.'],
  ['DirectMap4k', 'Kernel address space mapped with 4 kB pages.'],
  ['DirectMap2M', 'Kernel address space mapped with 2 MB pages.'],
  ['DirectMap4M', 'Kernel address space mapped with 4 MB pages.'],
  ['DirectMap1G', 'Kernel address space mapped with 1 GB pages.'],
];

/** Numbers of huge pages of the default size. */
const COUNTS: readonly (readonly [key: string, help: string])[] = [
  ['HugePages_Total', 'Huge pages of the default size.'],
  ['HugePages_Free', 'Huge pages of the default size that nobody uses.'],
  ['HugePages_Rsvd', 'Huge pages of the default size that are promised and not yet used.'],
  ['HugePages_Surp', 'Huge pages of the default size above vm.nr_hugepages.'],
];

/** MemTotal → mem_total, Active(anon) → active_anon, NFS_Unstable → nfs_unstable, DirectMap4k → direct_map4k. */
function snakeCase(key: string): string {
  return key
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/([KS])(Reclaimable|Unreclaim)/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/_+$/g, '')
    .toLowerCase();
}

export const MEMINFO: readonly Column[] = [
  ...AMOUNTS.map(([key, help]) => of.gauge(`meminfo_${snakeCase(key)}_bytes`, 'bytes', help, key)),
  ...COUNTS.map(([key, help]) => of.gauge(`meminfo_${snakeCase(key)}`, 'count', help, key)),
];

/** The column of a key this table does not know. @param kilobytes whether the kernel prints it in kB */
export function unknownMeminfo(key: string, kilobytes: boolean): Column {
  const help = 'Key of meminfo that this version does not know.';
  return kilobytes
    ? of.gauge(`meminfo_${snakeCase(key)}_bytes`, 'bytes', help, key)
    : of.gauge(`meminfo_${snakeCase(key)}`, null, help, key);
}
