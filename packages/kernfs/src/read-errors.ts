import { CONTAINER_METRICS, NODE_METRICS } from '@fgm/catalog';
import { TOO_LARGE } from './kernel-file.ts';

/** Files of cgroup v1, whose columns the catalog lists under the names of v2. */
const V1_FILES = [
  'memory.usage_in_bytes',
  'memory.max_usage_in_bytes',
  'memory.limit_in_bytes',
  'memory.failcnt',
  'cpuacct.usage',
  'cpuacct.usage_user',
  'cpuacct.usage_sys',
  'cpuacct.stat',
  'cpu.cfs_quota_us',
  'cpu.cfs_period_us',
  'cpu.cfs_burst_us',
  'cpuset.effective_cpus',
  'blkio.throttle.io_service_bytes_recursive',
  'blkio.throttle.io_serviced_recursive',
];
/** Files whose columns are found on the machine, all sizes, resources and devices together. */
const FOUND_FILES = ['hugetlb', 'misc', 'rdma', 'memory.numa_stat'];
const PROCESS_FILES = [
  'stat',
  'statm',
  'status',
  'schedstat',
  'io',
  'smaps_rollup',
  'smaps',
  'maps',
  'pagemap',
  'fd',
  'limits',
  'oom_score',
  'oom_score_adj',
];

/** Kernel files whose errors are told apart: every cgroup file of the catalog by its name, and those of processes by theirs. */
export const READ_ERROR_FILES: readonly string[] = [
  'cgroup.procs',
  ...new Set(CONTAINER_METRICS.map(({ source }) => source).filter((source) => source !== 'derived')),
  ...V1_FILES,
  ...FOUND_FILES,
  ...PROCESS_FILES,
  ...new Set(NODE_METRICS.map(({ source }) => source)),
  'other',
];

/** Numbers of asm-generic/errno.h, the same on x86-64 and arm64. */
const ERRNOS = {
  EPERM: -1,
  ENOENT: -2,
  ESRCH: -3,
  EINTR: -4,
  EIO: -5,
  EBADF: -9,
  EAGAIN: -11,
  ENOMEM: -12,
  EACCES: -13,
  ENODEV: -19,
  EINVAL: -22,
  ENFILE: -23,
  EMFILE: -24,
  EROFS: -30,
  EOPNOTSUPP: -95,
  TOO_LARGE,
} as const;

export type ReadErrno = keyof typeof ERRNOS | 'other';
export const READ_ERRNOS: readonly ReadErrno[] = [...(Object.keys(ERRNOS) as (keyof typeof ERRNOS)[]), 'other'];

const OTHER_FILE = READ_ERROR_FILES.length - 1;
const OTHER_ERRNO = READ_ERRNOS.length - 1;

export interface ReadErrorCount {
  readonly file: string;
  readonly errno: ReadErrno;
  readonly count: number;
}

/**
 * Errors of reading kernel files since the start, by file and errno: a fixed table of doubles in shared memory, so that one
 * thread counts and another shows them. The counting thread is the only one that writes, and an aligned double is stored
 * whole, so there is nothing to lock.
 */
export class ReadErrors {
  static readonly byteLength = READ_ERROR_FILES.length * READ_ERRNOS.length * Float64Array.BYTES_PER_ELEMENT;

  readonly buffer: SharedArrayBuffer;
  readonly #counts: Float64Array;
  readonly #files = new Map<string, number>(READ_ERROR_FILES.map((file, index) => [file, index]));
  readonly #errnos = new Map<number, number>(Object.values(ERRNOS).map((errno, index) => [errno, index]));

  /** @param buffer that of another thread's table, or a new one of `ReadErrors.byteLength` bytes */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(ReadErrors.byteLength)) {
    this.buffer = buffer;
    this.#counts = new Float64Array(buffer);
  }

  /** @param errno as KernelFile returns it: negative */
  count(file: string, errno: number): void {
    const row = this.#files.get(file) ?? OTHER_FILE;
    const column = this.#errnos.get(errno) ?? OTHER_ERRNO;
    const at = row * READ_ERRNOS.length + column;
    this.#counts[at] = this.#counts[at]! + 1;
  }

  /** Every pair that has occurred. */
  entries(): ReadErrorCount[] {
    const found: ReadErrorCount[] = [];
    for (const [row, file] of READ_ERROR_FILES.entries()) {
      for (const [column, errno] of READ_ERRNOS.entries()) {
        const count = this.#counts[row * READ_ERRNOS.length + column]!;
        if (count > 0) found.push({ file, errno, count });
      }
    }
    return found;
  }
}
