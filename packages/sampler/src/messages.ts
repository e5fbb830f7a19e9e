import type { Entity, Layout, MappingName, ProcessIdentity, RecordedEvent } from '@fgm/catalog';
import type { MessagePort } from 'node:worker_threads';

/** What can change while a shard runs. */
export interface SamplerSettings {
  /** Microseconds of page walking a second that one process may be burdened with. */
  readonly walkBudgetUsec: number;
  /** Regular expressions whose matches in command lines are replaced. */
  readonly redact: readonly string[];
}

export interface SamplerLayouts {
  readonly containers: Layout;
  readonly processes: Layout;
  readonly mappings: Layout;
}

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
  /** Descriptors this shard may keep open. */
  readonly openFilesLimit: number;
  readonly pageSize: number;
  /** Ticks a second in which the kernel prints CPU times (USER_HZ). */
  readonly userHz: number;
  readonly onlineCpus: number;
  readonly layouts: SamplerLayouts;
  readonly ring: { readonly buffer: SharedArrayBuffer; readonly slots: number; readonly slotBytes: number };
  readonly doorbell: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly readErrors: SharedArrayBuffer;
  /** Messages from the main thread: ToShard. */
  readonly port: MessagePort;
  /** Messages to the writer: FromShard. */
  readonly writerPort: MessagePort;
}

export type ToShard =
  | { readonly type: 'add'; readonly entities: readonly Entity[] }
  | { readonly type: 'change'; readonly entities: readonly Entity[] }
  | { readonly type: 'remove'; readonly entities: readonly number[] }
  | { readonly type: 'settings'; readonly settings: SamplerSettings };

export type FromShard =
  | { readonly type: 'processes'; readonly list: readonly ProcessIdentity[] }
  | { readonly type: 'mappings'; readonly list: readonly MappingName[] }
  | { readonly type: 'event'; readonly event: RecordedEvent };

/** What a shard's task ends with. */
export interface ShardResult {
  readonly shard: number;
  readonly ticks: number;
}
