import type { Doorbell } from '@fgm/ring';
import type { BurstSettings, CommonTask } from '@fgm/sampler';
import type { RecorderConfig } from './config/recorder-config.ts';
import type { Layouts } from './layouts.ts';
import type { Machine } from './machine.ts';
import { openFilesPerShard } from './sizing.ts';

/** What every sampler thread is told. */
export function samplerTask(
  config: RecorderConfig,
  machine: Machine,
  { tables }: Layouts,
  doorbell: Doorbell,
  shards: number,
): CommonTask {
  const { intervalMs, procRoot, memory, walkBudgetUsec, cmdline, redact, intervalPeaks } = config;
  const { pageSize, userHz, onlineCpus } = machine;
  return {
    layouts: tables,
    intervalMs,
    procRoot,
    memory,
    walkBudgetUsec,
    intervalPeaks: intervalPeaks === 'on',
    burst: burstSettings(config),
    cmdline,
    redact,
    openFilesLimit: openFilesPerShard(machine, shards),
    pageSize,
    userHz,
    onlineCpus,
    doorbell: doorbell.buffer,
  };
}

/** Null when containers are not watched between ticks, or ticks are so close that nothing would lie between them. */
function burstSettings(config: RecorderConfig): BurstSettings | null {
  const { burstMs, intervalMs, burstWindowMs, burstAfterMs, burstMemoryBytes, burstTriggers } = config;
  if (burstMs === null || burstMs * 2 > intervalMs) return null;
  return {
    intervalMs: burstMs,
    windowMs: burstWindowMs,
    afterMs: burstAfterMs,
    memoryBytes: burstMemoryBytes,
    triggers: burstTriggers,
  };
}
