/** What the tests of this package share: small tables, made-up entities, a writer that is driven by hand. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  blockColumns,
  Columns,
  type Entity,
  type Layout,
  makeLayout,
  mustIndexOf,
  type ProcessIdentity,
  SAMPLED_TABLES,
  type SampledTable,
  UNNAMED,
} from '@fgm/catalog';
import { Counters, LAST_OF_TICK, Ring } from '@fgm/ring';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { STORE_COUNTERS, type StoreCounter } from '../src/counters.ts';
import type { FromWriter, ToWriter, WriterOptions } from '../src/messages.ts';
import { Writer } from '../src/writer.ts';

export type Row = Record<string, number | null>;

export const ROWS = 64;

/** Row blocks with all columns of the catalog, of 64 rows each. */
export const LAYOUTS = Object.fromEntries(
  SAMPLED_TABLES.map((table) => [table, makeLayout(table, blockColumns(table), ROWS)]),
) as Readonly<Record<SampledTable, Layout>>;

/** 2026-11-21T05:00:00Z */
export const START_TICK = Date.UTC(2026, 10, 21, 5) / 1000;

export function hexId(number: number): string {
  // Scrambled, so that the order of ids is not that of numbers.
  return Array.from({ length: 8 }, (_, part) =>
    (Math.imul(number + 1, 2654435761 + part * 40503) >>> 0).toString(16).padStart(8, '0'),
  ).join('');
}

export function entityOf(number: number): Entity {
  const containerId = hexId(number);
  return {
    entity: number,
    identity: {
      scope: 'container',
      containerId,
      cgroup: `/kubepods.slice/cri-containerd-${containerId}.scope`,
      runtime: 'containerd',
      qos: 'Burstable',
      ...UNNAMED,
      podUid: `uid-${number}`,
      pod: `pod-${number}`,
      namespace: number % 2 === 0 ? 'default' : 'kube-system',
      container: `app-${number}`,
    },
    directories: {},
    processDirectories: [],
    firstSeen: START_TICK * 1000,
  };
}

export function processOf(number: number): ProcessIdentity {
  return {
    process: number,
    comm: `comm-${number}`,
    cmdline: number % 3 === 0 ? null : `/bin/p${number} --täg`,
    exe: `/bin/p${number}`,
  };
}

/** Writes rows to a block. Absent and null values are null. */
export function fill(block: Columns, rows: readonly Row[]): void {
  block.clear();
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      if (value === null) continue;
      const column = mustIndexOf(block.layout, name);
      if (block.layout.columns[column]!.type === 'double') block.setDouble(column, index, value);
      else block.setInt(column, index, value);
    }
  }
}

/** A writer with its rings and its port, driven on this thread, with a clock that stands until it is set. */
export class Rig {
  readonly writer: Writer;
  readonly rings: Ring[];
  readonly port: MessagePort;
  readonly counters = Counters.create<StoreCounter>(STORE_COUNTERS);
  readonly posted: FromWriter[] = [];
  readonly options: WriterOptions;
  /** Milliseconds since the Unix epoch. */
  now: number;
  readonly #inner: MessagePort;

  constructor(directory: string, options: Partial<WriterOptions> = {}, shards = 1, now = START_TICK * 1000) {
    this.now = now;
    this.options = {
      directory,
      identifier: 'node-a',
      node: 'node-a',
      cluster: null,
      runId: `run-${Math.random().toString(36).slice(2, 10)}`,
      intervalMs: 1000,
      rotationMs: 10_000,
      compressionLevel: 3,
      retentionBytes: 1 << 30,
      retentionAgeMs: 7 * 86_400_000,
      onLimit: 'evict',
      spoolSyncMs: 10_000,
      recorderVersion: '0.0.0',
      kernelRelease: '6.1.0-test',
      layouts: LAYOUTS,
      ...options,
    };
    const slotBytes = Math.max(...SAMPLED_TABLES.map((table) => this.options.layouts[table].byteLength));
    this.rings = Array.from({ length: shards }, () => Ring.create(64, slotBytes));
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.#inner = port2;
    this.writer = new Writer({
      options: this.options,
      rings: this.rings,
      ports: [port2],
      counters: this.counters,
      post: (message) => this.posted.push(message),
      now: () => this.now,
    });
  }

  send(...messages: ToWriter[]): void {
    for (const message of messages) this.port.postMessage(message);
  }

  /** Publishes rows; `time` and `tick` are set unless they are given. */
  publish(table: SampledTable, tick: number, rows: readonly Row[], shard = 0): void {
    const ring = this.rings[shard]!;
    const layout = this.options.layouts[table];
    for (let first = 0; first < rows.length; first += layout.rows) {
      const part = rows
        .slice(first, first + layout.rows)
        .map((row) => ({ time: tick * this.options.intervalMs * 1000, tick, ...row }));
      const slot = ring.claim();
      if (slot < 0) throw new Error('the ring is full');
      fill(new Columns(layout, ring.views[slot]!.buffer, ring.views[slot]!.byteOffset), part);
      ring.publish(slot, SAMPLED_TABLES.indexOf(table), part.length, tick, 0);
    }
  }

  endTick(tick: number, shard = 0): void {
    const slot = this.rings[shard]!.claim();
    this.rings[shard]!.publish(slot, 0, 0, tick, LAST_OF_TICK);
  }

  /** Steps until there is nothing to do. */
  settle(): void {
    while (this.writer.step());
  }

  /** Sends stop and finishes. */
  stop(): void {
    this.send({ type: 'stop', reason: 'test' });
    this.settle();
  }

  /** As after kill -9: the files stay as they are. */
  abandon(): void {
    this.port.close();
    this.#inner.close();
  }

  of<Type extends FromWriter['type']>(type: Type): (FromWriter & { type: Type })[] {
    return this.posted.filter((message): message is FromWriter & { type: Type } => message.type === type);
  }
}

/** Paths of all files below a directory, relative to it, sorted. */
export function tree(directory: string): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Bytes of all files below a directory. */
export function du(directory: string): number {
  return tree(directory).reduce(
    (sum, file) => sum + (fs.lstatSync(path.join(directory, file), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

export function parquetFiles(directory: string, table = ''): string[] {
  return tree(directory)
    .filter((file) => file.endsWith('.parquet') && path.basename(file).startsWith(table))
    .map((file) => path.join(directory, file));
}

/** All rows of a Parquet file; integers as numbers, times in microseconds. */
export async function readRows(file: string): Promise<Record<string, unknown>[]> {
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const parsers = { timestampFromMicroseconds: Number };
  const rows = await parquetReadObjects({ file: buffer, compressors, parsers });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : (value ?? null)]),
    ),
  );
}

export async function readMetadata(file: string): Promise<Record<string, string>> {
  const bytes = fs.readFileSync(file);
  const metadata = await parquetMetadataAsync(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
}
