import type { EntitySet } from './entity-set.ts';

/**
 * What is recorded: containers and sandboxes only; services and the host as well; or, with `auto`, services and the host
 * only where no container is found at the start. That is decided once: a container that comes later does not end the rows
 * of the services, and the last one that leaves does not begin them.
 */
export type ScopeRule = 'auto' | 'containers' | 'all';

/** To be called after the first scan, before the set reports anything. */
export function decideScope(rule: ScopeRule, entities: EntitySet): void {
  entities.everything = rule === 'all' || (rule === 'auto' && !entities.hasContainers);
}
