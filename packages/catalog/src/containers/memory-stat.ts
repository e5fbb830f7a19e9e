import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('memory.stat');

/** Amounts, in bytes, as `memory_stats[]` of mm/memcontrol.c prints them. */
const AMOUNTS: readonly (readonly [key: string, help: string])[] = [
  ['anon', 'Anonymous memory that is mapped: heaps, stacks, private copies.'],
  ['file', 'Page cache, tmpfs and shared memory included.'],
  ['kernel', 'All kernel memory charged to the cgroup.'],
  ['kernel_stack', 'Kernel stacks of its threads.'],
  ['pagetables', 'Page tables.'],
  ['sec_pagetables', 'Secondary page tables, such as those of virtual machines and the IOMMU.'],
  ['percpu', 'Per-CPU kernel data.'],
  ['sock', 'Network transmission buffers.'],
  ['vmalloc', 'Kernel memory that is mapped page by page.'],
  ['shmem', 'tmpfs files, System V shared memory and shared anonymous mappings.'],
  ['zswap', 'Compressed pages held by zswap, at their compressed size.'],
  ['zswapped', 'Memory swapped out to zswap, at its original size.'],
  ['file_mapped', 'Page cache that is mapped into processes.'],
  ['file_dirty', 'Page cache that is changed and not yet written back.'],
  ['file_writeback', 'Page cache that is being written back.'],
  ['swapcached', 'Memory that is in swap and in memory at once.'],
  ['anon_thp', 'Anonymous memory in transparent huge pages.'],
  ['file_thp', 'Page cache in transparent huge pages.'],
  ['shmem_thp', 'Shared memory in transparent huge pages.'],
  ['inactive_anon', 'Anonymous memory that reclaim looks at first.'],
  ['active_anon', 'Anonymous memory used lately.'],
  ['inactive_file', 'Page cache that reclaim looks at first; not part of the working set.'],
  ['active_file', 'Page cache used lately.'],
  ['unevictable', 'Memory that cannot be reclaimed, such as locked pages.'],
  ['slab_reclaimable', 'Kernel objects that can be freed under pressure: dentries, inodes.'],
  ['slab_unreclaimable', 'Kernel objects that cannot be freed under pressure.'],
  ['slab', 'Kernel objects, reclaimable or not.'],
  ['hugetlb', 'Huge pages of hugetlbfs, where the mount option charges them to memory.'],
];

/** Cumulative counts, as `memcg_vm_event_stat[]` and the end of `memory_stats[]` print them. Pages, unless the text says otherwise. */
const EVENTS: readonly (readonly [key: string, help: string])[] = [
  ['workingset_refault', 'Pages that came back after they had been evicted (before kernel 5.9).'],
  ['workingset_refault_anon', 'Anonymous pages that came back after they had been evicted.'],
  ['workingset_refault_file', 'File pages that came back after they had been evicted.'],
  ['workingset_activate', 'Refaulted pages that became active at once (before kernel 5.9).'],
  ['workingset_activate_anon', 'Refaulted anonymous pages that became active at once.'],
  ['workingset_activate_file', 'Refaulted file pages that became active at once.'],
  ['workingset_restore', 'Refaulted pages that had been active before eviction (before kernel 5.9).'],
  ['workingset_restore_anon', 'Refaulted anonymous pages that had been active before eviction.'],
  ['workingset_restore_file', 'Refaulted file pages that had been active before eviction.'],
  ['workingset_nodereclaim', 'Times a node of shadow entries was reclaimed.'],
  ['pgdemote_kswapd', 'Pages demoted to slower memory by kswapd.'],
  ['pgdemote_direct', 'Pages demoted to slower memory by an allocating task.'],
  ['pgdemote_khugepaged', 'Pages demoted to slower memory by khugepaged.'],
  ['pgdemote_proactive', 'Pages demoted to slower memory on request of user space.'],
  ['pgpromote_success', 'Pages promoted to faster memory.'],
  ['pswpin', 'Pages swapped in.'],
  ['pswpout', 'Pages swapped out.'],
  ['pgscan', 'Pages looked at by reclaim.'],
  ['pgscan_kswapd', 'Pages looked at by kswapd.'],
  ['pgscan_direct', 'Pages looked at by an allocating task.'],
  ['pgscan_khugepaged', 'Pages looked at by khugepaged.'],
  ['pgscan_proactive', 'Pages looked at on request of user space.'],
  ['pgsteal', 'Pages reclaimed.'],
  ['pgsteal_kswapd', 'Pages reclaimed by kswapd.'],
  ['pgsteal_direct', 'Pages reclaimed by an allocating task.'],
  ['pgsteal_khugepaged', 'Pages reclaimed by khugepaged.'],
  ['pgsteal_proactive', 'Pages reclaimed on request of user space.'],
  ['pgfault', 'Page faults.'],
  ['pgmajfault', 'Page faults that had to wait for I/O.'],
  ['pgrefill', 'Active pages looked at by reclaim.'],
  ['pgactivate', 'Pages that became active.'],
  ['pgdeactivate', 'Pages that became inactive.'],
  ['pglazyfree', 'Pages that were marked as free to drop under pressure.'],
  ['pglazyfreed', 'Lazily freed pages that were reclaimed.'],
  ['swpin_zero', 'Pages of zeroes restored without reading swap.'],
  ['swpout_zero', 'Pages of zeroes swapped out without writing.'],
  ['zswpin', 'Pages moved from zswap into memory.'],
  ['zswpout', 'Pages moved from memory into zswap.'],
  ['zswpwb', 'Pages written from zswap to swap.'],
  ['thp_fault_alloc', 'Huge pages allocated by a page fault.'],
  ['thp_collapse_alloc', 'Huge pages allocated to collapse existing pages.'],
  ['thp_swpout', 'Huge pages swapped out in one piece.'],
  ['thp_swpout_fallback', 'Huge pages split before they were swapped out.'],
  ['numa_pages_migrated', 'Pages migrated by NUMA balancing.'],
  ['numa_pte_updates', 'Page table entries changed to make NUMA hint faults.'],
  ['numa_hint_faults', 'NUMA hint faults.'],
  ['numa_task_migrated', 'Tasks migrated by NUMA balancing.'],
  ['numa_task_swapped', 'Tasks swapped by NUMA balancing.'],
];

export const MEMORY_STAT: readonly Column[] = [
  ...AMOUNTS.map(([key, help]) => of.gauge(`memory_stat_${key}_bytes`, 'bytes', help, key)),
  ...EVENTS.map(([key, help]) => of.counter(`memory_stat_${key}`, 'count', help, key)),
];

/** The column of a key this table does not know: kept as the kernel prints it, unit unknown. */
export function unknownMemoryStat(key: string): Column {
  return of.gauge(
    `memory_stat_${key}`,
    null,
    'Key of memory.stat that this version does not know; as the kernel prints it.',
    key,
  );
}
