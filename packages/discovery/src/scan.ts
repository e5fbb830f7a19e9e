import type { Entity } from '@fgm/catalog';
import { EntitySet } from './entity-set.ts';
import { detectCgroups } from './mounts.ts';
import type { CgroupMounts } from './mounts.ts';
import { decideScope } from './scope.ts';
import type { ScopeRule } from './scope.ts';
import { drain, makeTrees } from './tree.ts';
import { errnoOf } from './trouble.ts';
import type { Trouble } from './trouble.ts';

export interface ScanOptions {
  /** Usually /sys/fs/cgroup. */
  readonly cgroupRoot: string;
  readonly scope: ScopeRule;
  readonly firstEntity?: number;
}

export interface Scan {
  readonly mounts: CgroupMounts;
  readonly entities: readonly Entity[];
  readonly troubles: readonly Trouble[];
}

/** What there is to be sampled right now. Never throws: what cannot be read is among the troubles. */
export function scan(options: ScanOptions): Scan {
  const mounts = detectCgroups(options.cgroupRoot);
  const troubles: Trouble[] = [];
  if (mounts.mode === 'none') troubles.push({ what: 'no_cgroups', errno: null, path: options.cgroupRoot });
  const entities = new EntitySet(options.firstEntity ?? 0, Date.now);
  const trees = makeTrees(mounts, {
    added: (node) => entities.add(node),
    removed: (node) => entities.remove(node),
    unreadable: (path, error) => troubles.push({ what: 'unreadable', errno: errnoOf(error), path }),
  });
  for (const tree of trees) drain(tree.reconcile());
  decideScope(options.scope, entities);
  return { mounts, entities: entities.take().added, troubles };
}
