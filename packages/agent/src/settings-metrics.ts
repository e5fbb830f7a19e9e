import type { Registry } from 'prom-client';
import type { RecorderConfig } from './config/recorder-config.ts';
import { registerSampled } from '@fgm/telemetry';

/** What the recorder was told, as far as its other metrics can only be judged by it. */
export function registerSettings(registry: Registry, config: () => RecorderConfig): void {
  const gauge = (name: string, help: string, value: (now: RecorderConfig) => number): void =>
    registerSampled(registry, { name, help, type: 'gauge' }, () => [{ value: value(config()) }]);
  gauge('fgm_interval_seconds', 'Time between two ticks.', ({ intervalMs }) => intervalMs / 1000);
  gauge(
    'fgm_pagewalk_budget_seconds',
    'Page walking in a second that one process may be burdened with.',
    ({ walkBudgetUsec }) => walkBudgetUsec / 1e6,
  );
  gauge(
    'fgm_store_stops_at_limit',
    '1 when recording stops at the limit of bytes, 0 when the oldest files go.',
    (now) => Number(now.onLimit === 'stop'),
  );
}
