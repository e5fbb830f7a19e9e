import type {
  Entity,
  Identity,
  Layout,
  ProcessIdentity,
  RecordedEvent,
  RowName,
  SampledTable,
  TableName,
} from '@fgm/catalog';
import type { LiveProcess } from './live-processes.ts';

/** What can change while the writer runs. */
export interface WriterSettings {
  /** Length of a window. */
  readonly rotationMs: number;
  /** The most that the data directory may take, the spool included. */
  readonly retentionBytes: number;
  /** Windows that started longer ago than this are deleted. */
  readonly retentionAgeMs: number;
  /** What to do at `retentionBytes`: delete the oldest windows, or ask main to stop. */
  readonly onLimit: 'evict' | 'stop';
  /** How often the spool is forced to the disk: what a power cut may take. */
  readonly spoolSyncMs: number;
}

export interface WriterOptions extends WriterSettings {
  /** The data directory. The caller holds its lock (lock.ts). */
  readonly directory: string;
  /** Names the directory below dt=…; a safe path component. */
  readonly identifier: string;
  readonly node: string;
  readonly cluster: string | null;
  /** Unique; a safe path component. */
  readonly runId: string;
  readonly intervalMs: number;
  /** ZSTD level of closed files, 1 to 22. */
  readonly compressionLevel: number;
  /** A segment that grows beyond this is closed before its time. Default 128 MiB. */
  readonly maxSegmentBytes?: number;
  readonly recorderVersion: string;
  readonly kernelRelease: string;
  /** The row blocks of this run, extra columns included. */
  readonly layouts: Readonly<Record<SampledTable, Layout>>;
  /** Kept as it is in session-<run_id>.json. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** Everything the writer thread is started with (its workerData). */
export interface WriterTask {
  readonly options: WriterOptions;
  /** One ring per sampler thread. */
  readonly rings: readonly { readonly buffer: SharedArrayBuffer; readonly slots: number; readonly slotBytes: number }[];
  readonly doorbell: SharedArrayBuffer;
  /** Of Counters made with STORE_COUNTERS. */
  readonly counters: SharedArrayBuffer;
}

/**
 * What the writer is told, by main and by samplers alike. Ring the doorbell after posting what should be seen at once:
 * a message alone does not wake the writer. With 'port' main hands over the other end of a sampler's port.
 */
export type ToWriter =
  | { readonly type: 'entity'; readonly entity: Entity }
  /** What was found out about an entity that may be gone: fills in what is not known of it. */
  | { readonly type: 'late'; readonly entity: number; readonly identity: Identity }
  | { readonly type: 'gone'; readonly entity: number; readonly time: number }
  | { readonly type: 'processes'; readonly list: readonly ProcessIdentity[] }
  | { readonly type: 'names'; readonly list: readonly RowName[] }
  | { readonly type: 'event'; readonly event: RecordedEvent }
  | { readonly type: 'port'; readonly port: MessageSource }
  | { readonly type: 'settings'; readonly settings: Partial<WriterSettings> }
  /** Which columns of `containers` to report after every tick; null for none. */
  | { readonly type: 'live'; readonly columns: readonly string[] | null }
  | { readonly type: 'stop'; readonly reason: string };

/** Something that receiveMessageOnPort can take: a MessagePort, whose type the browser's library and Node's both claim. */
export type MessageSource = object;

export type RotationReason = 'time' | 'midnight' | 'size' | 'clock' | 'shutdown' | 'recovery';

export interface RotatedFile {
  readonly table: TableName;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What the writer tells main. Times are milliseconds since the Unix epoch. */
export type FromWriter =
  /**
   * It takes rows now. `recovered` counts the segments of dead runs that became files; `recordedUntil` is the end of what
   * earlier runs have recorded, in milliseconds since the Unix epoch, null when that is nothing.
   */
  | { readonly type: 'ready'; readonly recovered: number; readonly recordedUntil: number | null }
  | {
      readonly type: 'rotated';
      readonly reason: RotationReason;
      readonly segment: string;
      readonly start: number;
      readonly end: number;
      readonly files: readonly RotatedFile[];
      readonly encodeMs: number;
    }
  /** Something did not work, and will be tried again; `over` when the same works again. `errno` such as ENOSPC, or null. */
  | {
      readonly type: 'trouble';
      readonly what: 'spool' | 'encode' | 'index' | 'recovery' | 'retention';
      readonly errno: string | null;
      readonly message: string;
      readonly over: boolean;
    }
  /** The data directory is full and onLimit is stop: main is expected to send 'stop'. */
  | { readonly type: 'limit' }
  /** One tick of `containers`: per requested column one value per entity, null where absent. */
  | {
      readonly type: 'live';
      readonly tick: number;
      readonly entities: readonly number[];
      readonly values: readonly (readonly (number | null)[])[];
      /** The busiest of the tick, by CPU. */
      readonly processes: readonly LiveProcess[];
    }
  | { readonly type: 'stopped' };
