import fs from 'node:fs';
import type { Registry } from 'prom-client';
import { registerSampled } from './sampled-metric.ts';

/**
 * The standard process metrics. Not prom-client's default collection: that keeps a 10 ms timer and a garbage collection
 * observer running, which alone would cost more than a tick.
 */
export function registerProcessMetrics(registry: Registry, startedAt: number): void {
  const gauge = (name: string, help: string, value: () => number | null): void =>
    registerSampled(registry, { name, help, type: 'gauge' }, () => {
      const now = value();
      return now === null ? [] : [{ value: now }];
    });
  registerSampled(
    registry,
    { name: 'process_cpu_seconds_total', help: 'CPU time used by all threads.', type: 'counter' },
    () => {
      const { user, system } = process.cpuUsage();
      return [{ value: (user + system) / 1e6 }];
    },
  );
  gauge('process_resident_memory_bytes', 'Resident memory of the whole process.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'When the process started.', () => startedAt / 1000);
  gauge('process_open_fds', 'Open descriptors.', ownOpenFiles);
  gauge('nodejs_heap_size_used_bytes', 'Heap of the main thread in use.', () => process.memoryUsage().heapUsed);
  gauge(
    'nodejs_external_memory_bytes',
    'Memory of the main thread outside its heap.',
    () => process.memoryUsage().external,
  );
}

/** Null where /proc does not tell. */
function ownOpenFiles(): number | null {
  try {
    return fs.readdirSync('/proc/self/fd').length - 1; // the one this listing itself has open
  } catch {
    return null;
  }
}
