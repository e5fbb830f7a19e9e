import type { Column } from './column.ts';
import { PROCESS_METRICS, PROCESS_TEXT } from './processes/index.ts';

/** A capability of Linux that the recorder asks for, and what it cannot see without. */
export interface Capability {
  /** As container runtimes name it, without CAP_. */
  readonly name: 'SYS_PTRACE' | 'DAC_READ_SEARCH';
  /** Bit in the sets of /proc/PID/status, from include/uapi/linux/capability.h. */
  readonly bit: number;
  /** Processes that are then partly hidden. */
  readonly of: string;
  /** Kernel files of these that may not be read without it, as the catalog names them. */
  readonly files: readonly string[];
  /** What else is lost, in words. */
  readonly besides: readonly string[];
}

/** All rights that a recorder needs beyond those of the user root; with these two, root needs no other. */
export const CAPABILITIES: readonly Capability[] = [
  {
    name: 'SYS_PTRACE',
    bit: 19,
    of: 'processes of other users, and those with capabilities that the recorder lacks',
    files: ['/proc/PID/smaps_rollup', '/proc/PID/smaps', '/proc/PID/pagemap', '/proc/PID/io', '/proc/PID/exe'],
    besides: [
      'no row in mappings',
      'pss_bytes, uss_bytes and swap_pss_bytes of containers are too small by what pss_coverage and uss_coverage tell',
      'no exit codes or signals in events',
      'no pod names from environ',
    ],
  },
  {
    name: 'DAC_READ_SEARCH',
    bit: 2,
    of: 'processes of other users',
    files: ['/proc/PID/pagemap', '/proc/PID/io'],
    besides: [
      'no slices of pagemap: processes too large for smaps_rollup within the walk budget are without PSS and USS',
      'fd_count before Linux 6.2',
      'no pod names from environ, or from files that other users closed to all',
    ],
  },
];

/** Figures that a walk over the pages gives besides those that the kernel prints. */
const OF_A_WALK = new Set(['memory_age_ticks', 'walk_usec', 'uss_bytes', 'pss_lower_bytes', 'pss_upper_bytes']);

/** Columns of `processes` that are null for these processes without the capability. */
export function columnsWithout({ files }: Pick<Capability, 'files'>): readonly Column[] {
  const unwalked = files.includes('/proc/PID/smaps_rollup');
  return [...PROCESS_TEXT, ...PROCESS_METRICS].filter(
    ({ name, source }) => files.includes(source) || (unwalked && OF_A_WALK.has(name)),
  );
}

/** The same in a line: `exe, io_* (7), …`, where all of one file have its name in common. */
export function columnsInShort(columns: readonly Column[]): string {
  const byFile = new Map<string, string[]>();
  for (const { name, source } of columns) byFile.set(source, [...(byFile.get(source) ?? []), name]);
  const parts = [...byFile].map(([source, names]) => {
    const prefix = `${source.slice(source.lastIndexOf('/') + 1)}_`;
    const alike = names.length > 1 && names.every((name) => name.startsWith(prefix));
    return alike ? `${prefix}* (${names.length})` : names.join(', ');
  });
  return parts.join(', ');
}

/**
 * Those of CAPABILITIES that a process lacks.
 *
 * @param status text of its /proc/PID/status
 * @returns null when that does not tell
 */
export function missingCapabilities(status: string): readonly Capability[] | null {
  const digits = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  if (digits === undefined) return null;
  const effective = BigInt(`0x${digits}`);
  return CAPABILITIES.filter(({ bit }) => ((effective >> BigInt(bit)) & 1n) === 0n);
}
