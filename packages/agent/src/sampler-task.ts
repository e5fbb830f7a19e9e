import type { Doorbell } from '@fgm/ring';
import type { CommonTask } from '@fgm/sampler';
import type { RecorderConfig } from './config/recorder-config.ts';
import type { Layouts } from './layouts.ts';
import type { Machine } from './machine.ts';
import { openFilesPerShard } from './sizing.ts';

/** What every sampler thread is told. */
export function samplerTask(
  config: RecorderConfig,
  machine: Machine,
  { containers, processes, mappings }: Layouts,
  doorbell: Doorbell,
  shards: number,
): CommonTask {
  const { intervalMs, procRoot, memory, walkBudgetUsec, cmdline, redact } = config;
  const { pageSize, userHz, onlineCpus } = machine;
  return {
    layouts: { containers, processes, mappings },
    intervalMs,
    procRoot,
    memory,
    walkBudgetUsec,
    cmdline,
    redact,
    openFilesLimit: openFilesPerShard(machine, shards),
    pageSize,
    userHz,
    onlineCpus,
    doorbell: doorbell.buffer,
  };
}
