import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/status');

export const STATUS: readonly Column[] = [
  of.gauge('status_vm_peak_bytes', 'bytes', 'Largest address space it ever had.', 'VmPeak'),
  of.gauge('status_vm_hwm_bytes', 'bytes', 'Most resident memory it ever had.', 'VmHWM'),
  of.gauge('status_vm_swap_bytes', 'bytes', 'Its private memory that is in swap.', 'VmSwap'),
  of.gauge('status_vm_lck_bytes', 'bytes', 'Memory locked by mlock.', 'VmLck'),
  of.gauge('status_vm_pin_bytes', 'bytes', 'Memory pinned so that it cannot move.', 'VmPin'),
  of.gauge('status_rss_anon_bytes', 'bytes', 'Resident anonymous memory.', 'RssAnon'),
  of.gauge('status_rss_file_bytes', 'bytes', 'Resident memory of mapped files.', 'RssFile'),
  of.gauge('status_rss_shmem_bytes', 'bytes', 'Resident shared memory.', 'RssShmem'),
  of.gauge('status_vm_data_bytes', 'bytes', 'Size of its data, resident or not.', 'VmData'),
  of.gauge('status_vm_stk_bytes', 'bytes', 'Size of its main stack.', 'VmStk'),
  of.gauge('status_vm_exe_bytes', 'bytes', 'Size of its code.', 'VmExe'),
  of.gauge('status_vm_lib_bytes', 'bytes', 'Size of the code of its libraries.', 'VmLib'),
  of.gauge('status_vm_pte_bytes', 'bytes', 'Size of its page tables.', 'VmPTE'),
  of.gauge(
    'status_hugetlb_pages_bytes',
    'bytes',
    'Its memory from hugetlbfs; not part of its resident memory.',
    'HugetlbPages',
  ),
  of.counter(
    'status_voluntary_ctxt_switches',
    'count',
    'Times its main thread gave up the CPU to wait.',
    'voluntary_ctxt_switches',
  ),
  of.counter(
    'status_nonvoluntary_ctxt_switches',
    'count',
    'Times its main thread was taken off the CPU.',
    'nonvoluntary_ctxt_switches',
  ),
];
