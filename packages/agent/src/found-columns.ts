import { hugetlbColumns, miscColumns, rdmaColumns, type Column, type Layout } from '@fgm/catalog';
import type { CgroupMounts } from '@fgm/discovery';
import { extraMeminfoColumns, extraMemoryStatColumns, extraVmstatColumns, KernelFile, readStart } from '@fgm/kernfs';
import { readdirSync } from '@fgm/kernfs/files';
import path from 'node:path';
import { hugetlbSizes } from './hugetlb-sizes.ts';
import { lineNames } from './line-names.ts';
import { numaColumns } from './numa-columns.ts';

/** As much as such a file can have, so that an endless one is not read to its end. */
const LARGEST_FILE = 256 * 1024;

/**
 * Columns of `containers` that only this machine has, found by reading its own files once: keys of memory.stat that the
 * catalog does not know, sizes of huge pages, resources of the misc controller, RDMA devices and, when asked for, memory
 * nodes. All cgroups that have a controller have the same of these, and one that has it has it from the top of the tree: so
 * the tops of the trees are looked at and the directories just below. What is plugged in later has no column.
 *
 * @param known layout of the columns that every machine has
 */
export function foundColumns(known: Layout, { hierarchies }: CgroupMounts, numa: boolean): Column[] {
  const v2 = new Tops(hierarchies.v2);
  const tops = (...roots: (string | undefined)[]): Tops[] => [v2, ...roots.map((root) => new Tops(root))];
  const hugetlb = tops(hierarchies.hugetlb).flatMap((top) => top.names());
  const misc = tops(hierarchies.misc).flatMap((top) => top.parse('misc.current', (bytes) => lineNames(decode(bytes))));
  const rdma = tops(hierarchies.rdma).flatMap((top) => top.parse('rdma.max', (bytes) => lineNames(decode(bytes))));
  const columns = [
    ...v2.parse('memory.stat', (bytes) => extraMemoryStatColumns(known, bytes, bytes.length)),
    ...hugetlbSizes(hugetlb).flatMap(hugetlbColumns),
    ...misc.flatMap(miscColumns),
    ...rdma.flatMap(rdmaColumns),
    ...(numa ? v2.parse('memory.numa_stat', (bytes) => numaColumns(decode(bytes))) : []),
  ];
  // Names of devices that differ in signs only would give the same columns: the first keeps them.
  const names = new Set(known.columns.map(({ name }) => name));
  return columns.filter(({ name }) => !names.has(name) && names.add(name));
}

/**
 * Columns of `node` for the keys of this machine's meminfo and vmstat that the catalog does not know.
 * @param most how many columns there is room for
 */
export function foundNodeColumns(known: Layout, procRoot: string, most: number): Column[] {
  const meminfo = wholeFile(path.join(procRoot, 'meminfo'));
  const vmstat = wholeFile(path.join(procRoot, 'vmstat'));
  return [
    ...extraMeminfoColumns(known, meminfo, meminfo.length),
    ...extraVmstatColumns(known, vmstat, vmstat.length),
  ].slice(0, most);
}

/** Empty when it cannot be read. */
function wholeFile(file: string): Uint8Array {
  const bytes = new Uint8Array(LARGEST_FILE);
  const kernel = new KernelFile(file, { whole: false });
  const opened = kernel.open();
  const length = opened < 0 ? opened : kernel.read(bytes);
  kernel.close();
  return bytes.subarray(0, Math.max(0, length));
}

const decoder = new TextDecoder();

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The root of one hierarchy and the cgroups just below it; none where it is not mounted. */
class Tops {
  readonly #directories: readonly string[];

  constructor(root: string | undefined) {
    this.#directories = root === undefined ? [] : [root, ...subdirectories(root)];
  }

  /** Names of all files. */
  names(): string[] {
    return this.#directories.flatMap((directory) => namesIn(directory));
  }

  /** What `parse` makes of the first file of this name that has anything for it. */
  parse<T>(file: string, parse: (bytes: Uint8Array) => T[]): T[] {
    const bytes = new Uint8Array(LARGEST_FILE);
    for (const directory of this.#directories) {
      // Not in this one is no error: a root has few files, and children may not have the controller.
      const found = parse(bytes.subarray(0, Math.max(0, readStart(path.join(directory, file), bytes))));
      if (found.length > 0) return found;
    }
    return [];
  }
}

function subdirectories(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(directory, entry.name));
  } catch {
    return []; // what cannot be looked at has nothing to find; discovery says that it cannot
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
