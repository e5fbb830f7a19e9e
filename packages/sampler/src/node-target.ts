import { PRESSURE_RESOURCES, TIME_COLUMN, type Columns, type Layout } from '@fgm/catalog';
import {
  pressureParser,
  procDiskstatsParser,
  procFileNrParser,
  procLoadavgParser,
  procMeminfoParser,
  procStatParser,
  procUptimeParser,
  procVmstatParser,
  type Parser,
} from '@fgm/kernfs';
import { BlockSet, type RowOwner } from './rows/block-set.ts';
import type { ShardTask } from './messages.ts';
import { refreshTicks } from './entity/quiet.ts';
import { SampledFile } from './files/sampled-file.ts';
import type { ShardContext } from './shard-context.ts';

/** The machine: one row a tick, of which every value is read at that tick. */
export class NodeTarget implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly rows: BlockSet;
  readonly #files: readonly SampledFile[];
  #ticks = 0;

  constructor(task: ShardTask) {
    this.rows = new BlockSet(task.layouts.node);
    this.rows.add(this);
    this.#files = filesOf(task);
  }

  sample(context: ShardContext): void {
    const retry = this.#ticks++ % refreshTicks(context.task.intervalMs) === 0;
    this.columns.setInt(TIME_COLUMN, this.row, context.clock.nowUsec());
    for (let index = 0; index < this.#files.length; index++) {
      const file = this.#files[index]!;
      if (retry) file.retry();
      file.read(context, this.columns, this.row);
    }
  }

  close(context: ShardContext): void {
    for (const file of this.#files) file.close(context);
  }
}

function filesOf({ procRoot, userHz, layouts: { node } }: ShardTask): SampledFile[] {
  const file = (name: string, whole: boolean, make: (layout: Layout) => Parser): SampledFile =>
    new SampledFile(`/proc/${name}`, `${procRoot}/${name}`, whole, make(node));
  return [
    file('stat', true, (layout) => procStatParser(layout, { userHz })),
    file('loadavg', true, procLoadavgParser),
    file('uptime', true, procUptimeParser),
    file('sys/fs/file-nr', true, procFileNrParser),
    ...PRESSURE_RESOURCES.map((resource) =>
      file(`pressure/${resource}`, true, (layout) => pressureParser(layout, resource, `/proc/pressure/${resource}`)),
    ),
    // Seq files, of which one read gives a page at most.
    file('diskstats', false, procDiskstatsParser),
    file('meminfo', true, procMeminfoParser),
    file('vmstat', false, procVmstatParser),
  ];
}
