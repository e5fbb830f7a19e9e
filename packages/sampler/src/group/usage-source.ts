import type { Entity } from '@fgm/catalog';

/** The hierarchy that an entity's CPU usage is read from, as a number that fits in shared memory. */
export const hierarchyNumber = { none: 0, v2: 1, cpuacct: 2 } as const;

export function usageSource({ directories, lost = [] }: Entity): number {
  if (directories.cpuacct !== undefined || lost.includes('cpuacct')) return hierarchyNumber.cpuacct;
  return directories.v2 === undefined ? hierarchyNumber.none : hierarchyNumber.v2;
}
