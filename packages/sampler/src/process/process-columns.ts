import { mustIndexOf, type Layout, type MemoryMethod } from '@fgm/catalog';

/** Column numbers of the process table that the sampler itself reads or writes. */
export class ProcessColumns {
  readonly pid: number;
  readonly utime: number;
  readonly stime: number;
  readonly minflt: number;
  readonly majflt: number;
  readonly threads: number;
  readonly rss: number;
  readonly state: number;
  readonly run: number;
  readonly timeslices: number;
  readonly millicores: number;
  readonly percent: number;
  readonly method: number;
  readonly age: number;
  readonly walkUsec: number;
  readonly uss: number;
  readonly pssLower: number;
  readonly pssUpper: number;
  readonly rollupRss: number;
  readonly pss: number;
  readonly swapPss: number;
  readonly privateClean: number;
  readonly privateDirty: number;
  /** Memory in huge mappings, by kind, as smaps_rollup counts it. */
  readonly hugeMappings: readonly number[];
  readonly swap: number;
  readonly pageTables: number;
  readonly hugetlb: number;
  readonly methods: Readonly<Record<MemoryMethod, number>>;

  constructor(layout: Layout) {
    const at = (name: string): number => mustIndexOf(layout, name);
    this.pid = at('pid');
    this.utime = at('stat_utime_usec');
    this.stime = at('stat_stime_usec');
    this.minflt = at('stat_minflt');
    this.majflt = at('stat_majflt');
    this.threads = at('stat_num_threads');
    this.rss = at('stat_rss_bytes');
    this.state = at('state');
    this.run = at('schedstat_run_usec');
    this.timeslices = at('schedstat_timeslices');
    this.millicores = at('cpu_millicores');
    this.percent = at('cpu_percent');
    this.method = at('memory_method');
    this.age = at('memory_age_ticks');
    this.walkUsec = at('walk_usec');
    this.uss = at('uss_bytes');
    this.pssLower = at('pss_lower_bytes');
    this.pssUpper = at('pss_upper_bytes');
    this.rollupRss = at('smaps_rollup_rss_bytes');
    this.pss = at('smaps_rollup_pss_bytes');
    this.swapPss = at('smaps_rollup_swap_pss_bytes');
    this.privateClean = at('smaps_rollup_private_clean_bytes');
    this.privateDirty = at('smaps_rollup_private_dirty_bytes');
    this.hugeMappings = ['anon_huge_pages', 'shmem_pmd_mapped', 'file_pmd_mapped'].map((name) =>
      at(`smaps_rollup_${name}_bytes`),
    );
    this.swap = at('status_vm_swap_bytes');
    this.pageTables = at('status_vm_pte_bytes');
    this.hugetlb = at('status_hugetlb_pages_bytes');
    const methods = layout.columns[this.method]!.values ?? [];
    const method = (name: MemoryMethod): number => methods.indexOf(name);
    this.methods = {
      rollup: method('rollup'),
      smaps: method('smaps'),
      pagemap: method('pagemap'),
      reused: method('reused'),
      none: method('none'),
    };
  }
}
