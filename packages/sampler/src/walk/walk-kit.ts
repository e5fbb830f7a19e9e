import type { Layout } from '@fgm/catalog';
import { smapsRollupParser } from '@fgm/kernfs';
import { release } from 'node:os';
import type { MappingWalk } from './mapping-walk.ts';
import type { WalkKit } from './page-walk.ts';
import type { ProcessColumns } from '../process/process-columns.ts';
import { PageCost } from './walk-cost.ts';
import { WalkRows } from './walk-rows.ts';
import { WalkScheduler } from './walk-scheduler.ts';

/** What the page walks of a shard share. @param layout of the table processes @param kernelRelease of the machine that is read */
export function walkKit(
  columns: ProcessColumns,
  layout: Layout,
  pageSize: number,
  mappings: MappingWalk | null,
  kernelRelease = release(),
): WalkKit {
  const rollup = smapsRollupParser(layout);
  return {
    columns,
    rows: new WalkRows(columns, rollup, pageSize, mostShare(kernelRelease)),
    rollup,
    cost: new PageCost(),
    scheduler: new WalkScheduler(),
    mappings,
  };
}

/**
 * How much of a page that is not exclusively mapped can be in the PSS of one process. A page that another process maps too
 * counts half at most. From 6.15 on a kernel can be built without a count for each page (CONFIG_NO_PAGE_MAPCOUNT): then a
 * large folio is not exclusive as soon as one page of it, or all of it at some time, was mapped by others too, and its pages
 * may count in full.
 */
export function mostShare(kernelRelease: string): number {
  const dot = kernelRelease.indexOf('.');
  const major = Number.parseInt(kernelRelease, 10);
  const minor = Number.parseInt(kernelRelease.slice(dot + 1), 10);
  return major > 6 || (major === 6 && minor >= 15) ? 1 : 0.5;
}
