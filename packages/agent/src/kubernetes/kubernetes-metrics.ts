import type { Registry } from 'prom-client';
import { registerSampled } from '@fgm/telemetry';
import type { KubernetesFacts } from './kubernetes-names.ts';

/** Self-metrics of the names from the API server. They are there only where `--kubernetes-api` is on. */
export function registerKubernetesMetrics(registry: Registry, facts: () => KubernetesFacts): void {
  const gauge = (name: string, help: string, value: (now: KubernetesFacts) => number | null): void =>
    registerSampled(registry, { name, help, type: 'gauge' }, () => {
      const now = value(facts());
      return now === null ? [] : [{ value: now }];
    });
  gauge('fgm_kubernetes_up', 'Whether the API server tells of pods: 1, else 0.', ({ up }) => Number(up));
  gauge('fgm_kubernetes_pods', 'Pods of this node that are known.', ({ pods }) => pods);
  gauge(
    'fgm_kubernetes_values_cut',
    'Labels and annotations of these pods that were cut or left out for their length.',
    ({ cut }) => cut,
  );
  gauge(
    'fgm_kubernetes_last_success_timestamp_seconds',
    'When the API server last told something.',
    ({ lastSuccess }) => lastSuccess && lastSuccess / 1000,
  );
  registerSampled(
    registry,
    {
      name: 'fgm_kubernetes_errors_total',
      help: 'Requests to the API server that failed, by reason.',
      type: 'counter',
    },
    () => [...facts().errors].map(([reason, value]) => ({ labels: { reason }, value })),
  );
}
