import type { EntityBatch } from './entity-set.ts';
import type { ScopeRule } from './scope.ts';
import type { Trouble } from './trouble.ts';

/** What the worker is started with, as its workerData. */
export interface DiscoveryWorkerData {
  readonly cgroupRoot: string;
  /** Not read: paths tell all that is known so far. Names that only processes know will come from here. */
  readonly procRoot: string;
  readonly scope: ScopeRule;
  readonly firstEntity: number;
  /** Buffer of a `Counters` with DISCOVERY_COUNTERS. */
  readonly counters?: SharedArrayBuffer | null;
}

/** What the worker posts. The first message of type `entities` is the initial one, even when it is empty. */
export type DiscoveryMessage = ({ readonly type: 'entities' } & EntityBatch) | ({ readonly type: 'trouble' } & Trouble);

/** What the worker takes. After `stop` it exits by itself. */
export type DiscoveryCommand = { readonly type: 'rescan' } | { readonly type: 'stop' };
