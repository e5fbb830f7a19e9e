import type { Counters, Doorbell, Ring } from '@fgm/ring';
import type { StoreCounter, WriterTask } from '@fgm/store';
import type { RecorderConfig } from './config/recorder-config.ts';
import type { Layouts } from './layouts.ts';
import type { Machine } from './machine.ts';
import { VERSION } from './version.ts';

/** What the writer thread is started with. */
export function writerTask(
  config: RecorderConfig,
  runId: string,
  machine: Machine,
  layouts: Layouts,
  rings: readonly Ring[],
  doorbell: Doorbell,
  counters: Counters<StoreCounter>,
): WriterTask {
  const { intervalMs, rotationMs, compressionLevel, retentionBytes, retentionAgeMs, onLimit, spoolSyncMs } = config;
  return {
    options: {
      directory: config.outputDir,
      identifier: config.identifier,
      node: config.nodeName,
      cluster: config.clusterName,
      runId,
      intervalMs,
      rotationMs,
      compressionLevel,
      retentionBytes,
      retentionAgeMs,
      onLimit,
      spoolSyncMs,
      recorderVersion: VERSION,
      kernelRelease: machine.kernelRelease,
      layouts: layouts.tables,
      configuration: { ...config },
    },
    rings: rings.map(({ buffer, slots, slotBytes }) => ({ buffer, slots, slotBytes })),
    doorbell: doorbell.buffer,
    counters: counters.buffer,
  };
}
