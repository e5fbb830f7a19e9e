import type { Registry } from 'prom-client';
import type { ConsolidationCounts } from './consolidation.ts';
import { registerSampled, type Sample } from '@fgm/telemetry';

/** Self-metrics of consolidation. */
export function registerConsolidationMetrics(registry: Registry, counts: ConsolidationCounts): void {
  const metric = (type: 'counter' | 'gauge', name: string, help: string, sample: () => readonly Sample[]): void =>
    registerSampled(registry, { name: `fgm_consolidation_${name}`, help, type }, sample);
  const counter = (name: string, help: string, key: keyof ConsolidationCounts): void =>
    metric('counter', name, help, () => [{ value: counts[key] }]);
  counter('runs_total', 'Processes started to consolidate.', 'runs');
  counter('failures_total', 'Files that could not be made, and processes that died.', 'failures');
  counter('rows_total', 'Rows of files that became part of a larger one.', 'rows');
  counter('cpu_seconds_total', 'CPU time of the processes that consolidate.', 'cpuSeconds');
  metric('counter', 'files_total', 'Files that became part of a larger one (in), and larger ones (out).', () => [
    { labels: { direction: 'in' }, value: counts.sources },
    { labels: { direction: 'out' }, value: counts.files },
  ]);
  metric('counter', 'bytes_total', 'Their bytes.', () => [
    { labels: { direction: 'in' }, value: counts.bytesIn },
    { labels: { direction: 'out' }, value: counts.bytesOut },
  ]);
  metric('gauge', 'files_left_alone', 'Files that the last run could not or must not merge.', () => [
    { value: counts.left },
  ]);
  metric('gauge', 'last_error_timestamp_seconds', 'When it failed last; 0 when it never did.', () => [
    { value: counts.lastErrorTime / 1000 },
  ]);
}
