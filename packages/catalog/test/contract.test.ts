import t from 'tap';
import { fileColumns, hugetlbColumns, miscColumns, numaStatColumn, rdmaColumns, type TableName } from '../src/index.ts';

/** The names that readers were promised, by hand: a renamed or lost column must fail here. `a_{b,c}_d` is a_b_d and a_c_d. */
const CONTRACT: Readonly<Partial<Record<TableName, string>>> = {
  containers: `time tick node cluster namespace pod pod_uid container container_id qos runtime scope
    memory_{current,peak,min,low,high,max,swap_current,swap_peak,swap_high,swap_max,zswap_current,zswap_max}_bytes
    memory_oom_group memory_interval_peak_bytes memory_swap_interval_peak_bytes
    memory_stat_{anon,file,kernel,kernel_stack,pagetables,sec_pagetables,percpu,sock,vmalloc,shmem,zswap,zswapped}_bytes
    memory_stat_{file_mapped,file_dirty,file_writeback,swapcached,anon_thp,file_thp,shmem_thp,inactive_anon}_bytes
    memory_stat_{active_anon,inactive_file,active_file,unevictable,slab_reclaimable,slab_unreclaimable,slab}_bytes
    memory_stat_workingset_{refault_anon,refault_file,activate_anon,activate_file,restore_anon,restore_file,nodereclaim}
    memory_stat_{pgscan,pgsteal}_{kswapd,direct,khugepaged}
    memory_stat_{pgfault,pgmajfault,pgrefill,pgscan,pgsteal,pgactivate,pgdeactivate,pglazyfree,pglazyfreed}
    memory_stat_{thp_fault_alloc,thp_collapse_alloc,pswpin,pswpout,zswpin,zswpout,zswpwb}
    memory_events_{low,high,max,oom,oom_kill,oom_group_kill} memory_events_local_{low,high,max,oom,oom_kill,oom_group_kill}
    memory_swap_events_{high,max,fail}
    cpu_stat_{usage_usec,user_usec,system_usec,nice_usec,nr_periods,nr_throttled,throttled_usec,nr_bursts,burst_usec}
    cpu_stat_core_sched_force_idle_usec cpu_stat_local_throttled_usec
    cpu_max_{quota,period,burst}_usec cpu_weight cpu_idle cpuset_cpus_effective
    {cpu,memory,io}_pressure_{some,full}_{avg10,avg60,avg300,total_usec} irq_pressure_full_{avg10,avg60,avg300,total_usec}
    io_stat_{rbytes,wbytes,rios,wios,dbytes,dios} pids_{current,max,peak} pids_events_max
    cgroup_stat_nr_descendants cgroup_stat_nr_dying_descendants cgroup_events_{populated,frozen} cgroup_freeze
    cpu_{usage,user,system,limit}_millicores cpu_usage_percent memory_working_set_bytes memory_percent process_count
    thread_count {pss,uss,swap_pss,rss}_bytes pss_coverage`,
  processes: `time tick node cluster namespace pod pod_uid container container_id qos runtime scope
    pid start_time ppid comm cmdline exe state
    stat_{utime,stime,cutime,cstime}_usec stat_{minflt,majflt,num_threads,processor,rt_priority,policy}
    stat_{vsize,rss}_bytes stat_delayacct_blkio_usec cpu_millicores cpu_percent
    statm_{size,resident,shared,text,data}_bytes
    status_{vm_peak,vm_hwm,vm_swap,vm_lck,vm_pin,rss_anon,rss_file,rss_shmem,vm_data,vm_stk,vm_exe,vm_lib,vm_pte}_bytes
    status_{voluntary,nonvoluntary}_ctxt_switches schedstat_{run_usec,run_delay_usec,timeslices}
    io_{rchar,wchar,read,write,cancelled_write}_bytes io_syscr io_syscw
    smaps_rollup_{rss,pss,pss_dirty,pss_anon,pss_file,pss_shmem,shared_clean,shared_dirty,private_clean}_bytes
    smaps_rollup_{private_dirty,referenced,anonymous,ksm,lazyfree,anon_huge_pages,shmem_pmd_mapped}_bytes
    smaps_rollup_{file_pmd_mapped,shared_hugetlb,private_hugetlb,swap,swap_pss,locked}_bytes
    memory_method memory_age_ticks walk_usec uss_bytes pss_lower_bytes pss_upper_bytes
    fd_count fd_limit oom_score oom_score_adj`,
  mappings: `time tick node container_id pid start_time mapping region_count
    smaps_{size,rss,pss,pss_dirty,shared_clean,shared_dirty,private_clean,private_dirty,referenced,anonymous}_bytes
    smaps_{ksm,lazyfree,anon_huge_pages,shmem_pmd_mapped,file_pmd_mapped,shared_hugetlb,private_hugetlb}_bytes
    smaps_{swap,swap_pss,locked}_bytes`,
};

/** `a_{b,c}_{d,e}` is four names. */
function expand(pattern: string): string[] {
  const [all, before, list, after] = /^(.*?)\{([^}]*)\}(.*)$/.exec(pattern) ?? [];
  if (all === undefined) return [pattern];
  return list!.split(',').flatMap((word) => expand(`${before}${word}${after}`));
}

for (const [table, text] of Object.entries(CONTRACT)) {
  const columns = new Set(fileColumns(table as TableName).map(({ name }) => name));
  const names = text.split(/\s+/).flatMap(expand);
  t.ok(names.length > 15, `${names.length} names of ${table}`);
  t.strictSame(
    names.filter((name) => !columns.has(name)),
    [],
    `${table} has them all`,
  );
}

void t.test('columns that are found on the machine', (t) => {
  const names = [
    ...hugetlbColumns('1GB'),
    ...miscColumns('sev'),
    ...rdmaColumns('mlx5_0'),
    numaStatColumn('file', 12),
  ].map(({ name }) => name);
  for (const name of `hugetlb_1gb_{current,max,rsvd_current,rsvd_max}_bytes hugetlb_1gb_events_max hugetlb_1gb_events_local_max
    misc_sev_{current,peak,max,events_max} rdma_mlx5_0_{hca_handle,hca_object}_{current,max} memory_numa_stat_file_n12_bytes`
    .split(/\s+/)
    .flatMap(expand)) {
    t.ok(names.includes(name), name);
  }
  const taken = new Set(fileColumns('containers').map(({ name }) => name));
  t.strictSame(
    names.filter((name) => taken.has(name) || !/^[a-z][a-z0-9_]*$/.test(name)),
    [],
    'in snake_case, and unlike all others',
  );
  t.end();
});
