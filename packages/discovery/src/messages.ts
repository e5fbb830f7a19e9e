import type { LateNames, Written } from '@fgm/catalog';
import type { EntityBatch } from './entity-set.ts';
import type { ScopeRule } from './scope.ts';
import type { Trouble } from './trouble.ts';

/** What the worker is started with, as its workerData. */
export interface DiscoveryWorkerData {
  readonly cgroupRoot: string;
  /** Usually /proc: what processes tell about their containers' names. */
  readonly procRoot: string;
  /** Where the node's root directory is, under which its runtimes and kubelet keep names; null asks nobody for names. */
  readonly hostRoot: string | null;
  readonly scope: ScopeRule;
  readonly firstEntity: number;
  /** Descriptors that may be kept open, watches aside; 4,096 unless told. */
  readonly mostOpen?: number;
  /** Buffer of a `Counters` with DISCOVERY_COUNTERS. */
  readonly counters?: SharedArrayBuffer | null;
}

/** What the worker posts. The first message of type `entities` is the initial one, even when it is empty. */
export type DiscoveryMessage =
  | ({ readonly type: 'entities' } & EntityBatch)
  | { readonly type: 'written'; readonly written: readonly Written[] }
  | { readonly type: 'late'; readonly late: LateNames }
  | ({ readonly type: 'trouble' } & Trouble);

/** What the worker takes. After `stop` it exits by itself. */
export type DiscoveryCommand = { readonly type: 'rescan' } | { readonly type: 'stop' };
