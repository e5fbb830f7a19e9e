import {
  blockColumns,
  Columns,
  makeLayout,
  rowsThatFit,
  SAMPLED_TABLES,
  type Entity,
  type Layout,
  type SampledTable,
  UNNAMED,
} from '@fgm/catalog';
import { ReadErrors } from '@fgm/kernfs';
import { Counters, Doorbell, LAST_OF_TICK, Ring } from '@fgm/ring';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Control } from '../../src/control.ts';
import { GroupUsage } from '../../src/group/group-usage.ts';
import { SAMPLER_COUNTERS } from '../../src/counters.ts';
import type { FromShard, FromShardToMain, ShardTask, ToShard } from '../../src/messages.ts';
import { NamespaceClaims } from '../../src/network/namespace-claims.ts';
import { Shard } from '../../src/shard.ts';
import { TickClock, type Clock } from '../../src/tick-clock.ts';

const SLOT_BYTES = 256 * 1024;

function layoutOf(table: SampledTable): Layout {
  const columns = blockColumns(table);
  return makeLayout(table, columns, rowsThatFit(columns.length, SLOT_BYTES));
}

const LAYOUTS = Object.fromEntries(SAMPLED_TABLES.map((table) => [table, layoutOf(table)])) as Record<
  SampledTable,
  Layout
>;

/** A row as the writer would see it: absent values are missing. Enums are texts. */
export type Row = Readonly<Record<string, number | string>>;

export interface Published extends Readonly<Record<SampledTable, readonly Row[]>> {
  /** Ticks whose end was marked. */
  readonly ended: readonly number[];
}

/** A clock that a test moves, so that ticks are due when the test says. */
export class HandClock implements Clock {
  now = 1_700_000_000_000;
  monotonic(): number {
    return this.now;
  }
  wall(): number {
    return this.now;
  }
}

/** One shard on the test's own thread, with the real files and a clock that the test moves. */
export class ShardHarness {
  readonly clock = new HandClock();
  readonly counters = Counters.create(SAMPLER_COUNTERS);
  readonly errors = new ReadErrors();
  readonly shard: Shard;
  readonly #ring: Ring;
  readonly #main = new MessageChannel();
  readonly #writer = new MessageChannel();
  readonly #task: ShardTask;

  constructor(options: Partial<ShardTask> & { readonly slots?: number } = {}) {
    const { slots = 64, ...task } = options;
    this.#ring = Ring.create(slots, SLOT_BYTES);
    this.#task = {
      shard: 0,
      shards: 1,
      generation: 0,
      intervalMs: 1000,
      procRoot: '/proc',
      memory: 'off',
      cmdline: 'on',
      redact: [],
      walkBudgetUsec: 5000,
      openFilesLimit: 10_000,
      pageSize: 4096,
      userHz: 100,
      onlineCpus: 2,
      layouts: LAYOUTS,
      ring: { buffer: this.#ring.buffer, slots: this.#ring.slots, slotBytes: this.#ring.slotBytes },
      doorbell: new Doorbell().buffer,
      control: Control.create(1).buffer,
      groupUsage: new GroupUsage(1).buffer,
      namespaceClaims: new NamespaceClaims(0).buffer,
      counters: this.counters.buffer,
      readErrors: this.errors.buffer,
      port: this.#main.port1,
      writerPort: this.#writer.port2,
      ...task,
    };
    this.shard = new Shard(this.#task, new TickClock(this.#task.intervalMs, this.clock));
  }

  send(message: ToShard): void {
    this.#main.port2.postMessage(message);
    this.shard.takeMessages();
  }

  /** Lets so many intervals pass and takes the tick that is due. */
  tick(intervals = 1): void {
    this.clock.now += this.#task.intervalMs * intervals;
    this.shard.tick();
  }

  /** Everything published since the last call. */
  published(): Published {
    const rows = Object.fromEntries(SAMPLED_TABLES.map((table) => [table, []])) as unknown as Record<
      SampledTable,
      Row[]
    >;
    const ended: number[] = [];
    for (let slot = this.#ring.next(); slot >= 0; slot = this.#ring.next()) {
      const table = SAMPLED_TABLES[this.#ring.table(slot)]!;
      const view = this.#ring.views[slot]!;
      const columns = new Columns(LAYOUTS[table], view.buffer, view.byteOffset);
      for (let row = 0; row < this.#ring.rows(slot); row++) rows[table].push(rowOf(columns, row));
      if ((this.#ring.flags(slot) & LAST_OF_TICK) !== 0) ended.push(this.#ring.tick(slot));
      this.#ring.release(slot);
    }
    return { ...rows, ended };
  }

  /** Throws away what was published, without allocating. */
  discard(): void {
    for (let slot = this.#ring.next(); slot >= 0; slot = this.#ring.next()) this.#ring.release(slot);
  }

  /** Messages to the writer since the last call. */
  messages(): FromShard[] {
    const messages: FromShard[] = [];
    for (;;) {
      const received = receiveMessageOnPort(this.#writer.port1);
      if (received === undefined) return messages;
      messages.push(received.message as FromShard);
    }
  }

  /** What the shard has told main since the last call. */
  reports(): FromShardToMain[] {
    const reports: FromShardToMain[] = [];
    for (;;) {
      const received = receiveMessageOnPort(this.#main.port2);
      if (received === undefined) return reports;
      reports.push(received.message as FromShardToMain);
    }
  }

  close(): void {
    this.#main.port2.close();
    this.#writer.port1.close();
  }
}

function rowOf(columns: Columns, row: number): Row {
  const values: Record<string, number | string> = {};
  for (const [index, column] of columns.layout.columns.entries()) {
    if (!columns.isValid(index, row)) continue;
    const number = column.type === 'double' ? columns.getDouble(index, row) : columns.getInt(index, row);
    values[column.name] = column.type === 'enum' ? column.values![number]! : number;
  }
  return values;
}

/** An entity with these directories. */
export function entityOf(entity: number, directories: Entity['directories'], cgroup = '/test'): Entity {
  return {
    entity,
    identity: {
      scope: 'container',
      containerId: `${entity}`.padStart(64, 'a'),
      cgroup,
      runtime: null,
      qos: null,
      podUid: null,
      ...UNNAMED,
    },
    directories,
    processDirectories: Object.values(directories).slice(0, 1),
    firstSeen: 0,
  };
}
