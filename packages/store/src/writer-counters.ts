import { SAMPLED_TABLES } from '@fgm/catalog';
import type { Counters } from '@fgm/ring';
import type { StoreCounter } from './counters.ts';
import type { Store } from './store.ts';

/** Publishes what the writer counts. */
export class WriterCounters {
  readonly #counters: Counters<StoreCounter>;

  constructor(counters: Counters<StoreCounter>) {
    this.#counters = counters;
  }

  addEvent(): void {
    this.#add('rows_events', 1);
  }

  /** @param writtenAt milliseconds since the epoch; null when the disk did not take it */
  addAppend(milliseconds: number, writtenAt: number | null): void {
    this.#add('spool_append_usec', milliseconds * 1000);
    if (writtenAt !== null) this.#set('last_flush_time_ms', writtenAt);
  }

  publish(store: Store, occupancy: number): void {
    const { totals, spool, retention, closing, texts } = store;
    this.#set('values_written', totals.values);
    this.#set('parquet_bytes_written', totals.parquetBytes);
    this.#set('encode_usec', totals.encodeUsec);
    this.#set('recovered_segments', totals.recovered);
    this.#set('damaged_segments', store.damage.segments);
    for (const reason of ['time', 'midnight', 'size', 'clock', 'shutdown'] as const) {
      this.#set(`rotations_${reason}`, totals.rotations.get(reason) ?? 0);
    }
    this.#publishErrors(store.errors);
    this.#set('spool_bytes_written', spool.bytesWritten);
    for (const table of SAMPLED_TABLES) this.#set(`rows_${table}`, spool.rowsWritten.get(table) ?? 0);
    this.#set('batches_dropped', spool.batchesDropped);
    this.#set('batches_waiting', spool.batchesWaiting);
    this.#set('ring_occupancy', occupancy);
    this.#set('spool_bytes', spool.segment.bytes + closing.bytes);
    this.#set('store_bytes', retention.bytes);
    this.#set('store_limit_bytes', retention.options.retentionBytes);
    this.#set('last_rotation_time_ms', store.closedAt);
    this.#set('segments_waiting', closing.waiting);
    this.#set('retention_files_evicted', retention.evictedFiles);
    this.#set('retention_bytes_evicted', retention.evictedBytes);
    this.#set('closed_files', retention.files.length);
    this.#set('entities', texts.entities.size);
    this.#set('process_identities', texts.processes.size);
  }

  #publishErrors(errors: ReadonlyMap<string, number>): void {
    const named = { ENOSPC: 0, EIO: 0, EROFS: 0, EDQUOT: 0 };
    let other = 0;
    for (const [errno, count] of errors) {
      if (errno in named) named[errno as keyof typeof named] = count;
      else other += count;
    }
    this.#set('write_errors_enospc', named.ENOSPC);
    this.#set('write_errors_eio', named.EIO);
    this.#set('write_errors_erofs', named.EROFS);
    this.#set('write_errors_edquot', named.EDQUOT);
    this.#set('write_errors_other', other);
  }

  #add(name: StoreCounter, amount: number): void {
    this.#counters.add(this.#counters.index(name), amount);
  }

  #set(name: StoreCounter, value: number): void {
    this.#counters.set(this.#counters.index(name), value);
  }
}
