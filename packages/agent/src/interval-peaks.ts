import type { CgroupMounts } from '@fgm/discovery';
import { ResettablePeak } from '@fgm/kernfs';
import { readdirSync } from '@fgm/kernfs/files';
import path from 'node:path';

const EROFS = -30;

/**
 * Why --interval-peaks on will record nothing here, as one line for the log; null when it will. Tried on a descriptor of our
 * own, whose reset nobody else sees.
 */
export function whyNoIntervalPeaks({ hierarchies: { v2, memory } }: CgroupMounts): string | null {
  if (memory !== undefined) return 'cgroup v1 has the memory controller; interval peaks are of cgroup v2';
  if (v2 === undefined) return 'there is no cgroup v2 tree';
  const file = peakBelow(v2);
  if (file === null) return `no cgroup below ${v2} has a memory.peak (the memory controller, Linux 5.19)`;
  const peak = new ResettablePeak(file);
  const opened = peak.open();
  const errno = opened < 0 ? opened : peak.reset();
  peak.close();
  if (errno === 0) return null;
  if (errno === EROFS) return `${file} is on a read-only mount; mount the cgroup tree writable`;
  return `${file} cannot be reset (errno ${-errno}): that needs Linux 6.12 and the right to write the file`;
}

/** Some memory.peak: the root has none, and what is just below it has it where anything has. */
function peakBelow(root: string): string | null {
  try {
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const directory = path.join(root, entry.name);
      if (readdirSync(directory).includes('memory.peak')) return path.join(directory, 'memory.peak');
    }
  } catch {
    return null; // what cannot be looked at has nothing for us; discovery says that it cannot
  }
  return null;
}
