import type {
  Entity,
  FinalFigures,
  Layout,
  ProcessIdentity,
  RecordedEvent,
  RowName,
  SampledTable,
  Written,
} from '@fgm/catalog';
import type { MessagePort } from 'node:worker_threads';
import type { BurstSettings } from './burst/burst-settings.ts';

/** What can change while a shard runs. */
export interface SamplerSettings {
  /** Microseconds of page walking a second that one process may be burdened with. */
  readonly walkBudgetUsec: number;
  /** Regular expressions whose matches in command lines are replaced. */
  readonly redact: readonly string[];
}

export type SamplerLayouts = Readonly<Record<SampledTable, Layout>>;

/** Everything a shard needs; it travels as the task of a piscina worker. */
export interface ShardTask extends SamplerSettings {
  readonly shard: number;
  readonly shards: number;
  /** How often this shard was started before: keeps the numbers of process identities apart. */
  readonly generation: number;
  readonly intervalMs: number;
  /** Milliseconds since the epoch up to which earlier runs have recorded; a tick that began before may have its rows already. */
  readonly recordedUntilMs?: number;
  readonly procRoot: string;
  readonly memory: 'rollup' | 'full' | 'off';
  readonly cmdline: 'on' | 'off';
  /** Whether the most memory in use between two rows is recorded too; false unless given. */
  readonly intervalPeaks?: boolean;
  /** How containers are watched between ticks; null or nothing: they are not. */
  readonly burst?: BurstSettings | null;
  /** Descriptors this shard may keep open. */
  readonly openFilesLimit: number;
  readonly pageSize: number;
  /** Ticks a second in which the kernel prints CPU times (USER_HZ). */
  readonly userHz: number;
  readonly onlineCpus: number;
  /** Of the machine that is read; this one's unless given. */
  readonly kernelRelease?: string;
  readonly layouts: SamplerLayouts;
  readonly ring: { readonly buffer: SharedArrayBuffer; readonly slots: number; readonly slotBytes: number };
  readonly doorbell: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly readErrors: SharedArrayBuffer;
  /** Buffer of a GroupUsage, of all shards. */
  readonly groupUsage: SharedArrayBuffer;
  /** Buffer of a NamespaceClaims, of all shards. */
  readonly namespaceClaims: SharedArrayBuffer;
  /** Messages from the main thread: ToShard. */
  readonly port: MessagePort;
  /** Messages to the writer: FromShard. */
  readonly writerPort: MessagePort;
}

/** An entity as its shard gets it. */
export interface PlacedEntity extends Entity {
  /** Where CPU time of the entities in its group is summed (see group-usage.ts); none unless given. */
  readonly slot?: number;
  /** It came to be while it was watched, so its counters began at 0 not long ago; false unless given. */
  readonly fresh?: boolean;
}

/** What was read of an entity at its end, by another thread. */
export interface LastFigures extends FinalFigures {
  readonly entity: number;
}

export type ToShard =
  | { readonly type: 'add'; readonly entities: readonly PlacedEntity[] }
  | { readonly type: 'change'; readonly entities: readonly PlacedEntity[] }
  /** `figures`: of those of them of which any were read. */
  | { readonly type: 'remove'; readonly entities: readonly number[]; readonly figures?: readonly LastFigures[] }
  /** Files of its entities have changed, and are to be looked at now. */
  | { readonly type: 'written'; readonly written: readonly Written[] }
  | { readonly type: 'settings'; readonly settings: SamplerSettings };

export type FromShard =
  | { readonly type: 'processes'; readonly list: readonly ProcessIdentity[] }
  | { readonly type: 'names'; readonly list: readonly RowName[] }
  | { readonly type: 'event'; readonly event: RecordedEvent };

/** What a shard tells main. */
export interface FromShardToMain {
  readonly type: 'event';
  readonly event: RecordedEvent;
}

/** What a shard's task ends with. */
export interface ShardResult {
  readonly shard: number;
  readonly ticks: number;
}
