import type { ReadErrors } from '@fgm/kernfs';
import type { Registry } from 'prom-client';
import { registerSampled, type Sample } from '@fgm/telemetry';

/** Pairs of file and errno with a series of their own: there are thousands, and a scrape has to stay small. */
const MOST_PAIRS = 64;
const REST = 'other';

/** Registers what could not be read. Pairs that are met when there is no room left are counted together, as `other`. */
export function registerReadErrors(registry: Registry, tables: readonly ReadErrors[]): void {
  // In the order in which they were met, for a series must never pass its counts to another.
  const known = new Set<string>();
  const help = 'Kernel files that could not be read, by file and errno; those met last are counted as other.';
  registerSampled(registry, { name: 'fgm_read_errors_total', help, type: 'counter' }, () => {
    const totals = new Map<string, Required<Sample>>();
    for (const { file, errno, count } of tables.flatMap((table) => table.entries())) {
      if (known.size < MOST_PAIRS) known.add(`${file} ${errno}`);
      const labels = known.has(`${file} ${errno}`) ? { file, errno } : { file: REST, errno: REST };
      const key = `${labels.file} ${labels.errno}`;
      totals.set(key, { labels, value: (totals.get(key)?.value ?? 0) + count });
    }
    return [...totals.values()];
  });
}
