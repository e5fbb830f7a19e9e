import { PidList } from '@fgm/kernfs';
import { MemorySums } from '../entity/memory-sums.ts';
import type { ShardTask } from '../messages.ts';
import { BlockSet } from '../rows/block-set.ts';
import type { FinalRows } from '../rows/final-rows.ts';
import type { Publisher } from '../rows/publisher.ts';
import { MappingWalk } from '../walk/mapping-walk.ts';
import { walkKit } from '../walk/walk-kit.ts';
import { ProcessFiles } from './process-files.ts';
import type { ProcessKit } from './process-group.ts';

/** What all process groups of a shard share. */
export function processKit(task: ShardTask, publisher: Publisher, finals: FinalRows): ProcessKit {
  const { processes } = task.layouts;
  const files = new ProcessFiles(processes, task.procRoot, task.userHz, task.pageSize);
  const full = task.memory === 'full' ? new MappingWalk(task, publisher) : null;
  return {
    files,
    walk: walkKit(files.columns, processes, task.pageSize, full, task.kernelRelease),
    sums: new MemorySums(),
    rows: new BlockSet(processes),
    finals,
    pids: new PidList(),
  };
}
