import { SCOPES } from '@fgm/catalog';
import type { Registry } from 'prom-client';
import { registerSampled } from '@fgm/telemetry';
import type { EntityRegistry } from './entity-registry.ts';

/** What there is, and comings and goings since the recorder started, of containers, sandboxes and services. */
export function registerLifecycleMetrics(registry: Registry, { entities, counts }: EntityRegistry): void {
  const counter = (name: string, help: string, value: () => number): void =>
    registerSampled(registry, { name, help, type: 'counter' }, () => [{ value: value() }]);
  const found = {
    name: 'fgm_entities_found',
    help: 'What exists and is to be sampled, by kind.',
    type: 'gauge',
  } as const;
  registerSampled(registry, found, () => {
    const kinds = [...entities.values()].map(({ identity }) => identity.scope);
    return SCOPES.map((kind) => ({ labels: { kind }, value: kinds.filter((one) => one === kind).length }));
  });
  counter('fgm_container_starts_total', 'Containers, sandboxes and services seen to start.', () => counts.starts);
  counter('fgm_container_stops_total', 'Containers, sandboxes and services seen to stop.', () => counts.stops);
  counter('fgm_container_restarts_total', 'Restarts of containers.', () => counts.restarts);
  counter(
    'fgm_container_finals_missed_total',
    'Stops without last figures: the cgroup was gone before they could be read, or it is one of cgroup v1.',
    () => counts.finalsMissed,
  );
}
