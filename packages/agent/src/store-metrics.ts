import { TABLES } from '@fgm/catalog';
import type { Counters } from '@fgm/ring';
import type { StoreCounter } from '@fgm/store';
import type { Registry } from 'prom-client';
import { registerSampled, type Sample } from '@fgm/telemetry';

const ROTATION_REASONS = ['time', 'midnight', 'size', 'clock', 'shutdown'] as const;
const WRITE_ERRORS = ['enospc', 'eio', 'erofs', 'edquot', 'other'] as const;

/** Self-metrics of the writer thread and of what is on disk. */
export function registerStoreMetrics(registry: Registry, store: Counters<StoreCounter>): void {
  const metric =
    (type: 'counter' | 'gauge') =>
    (name: string, help: string, counter: StoreCounter | (() => readonly Sample[]), factor = 1): void =>
      registerSampled(registry, { name, help, type }, () =>
        typeof counter === 'string' ? [{ value: store.get(counter) * factor }] : counter(),
      );
  registerWritten(metric('counter'), store);
  registerLevels(metric('gauge'));
}

type Register = (
  name: string,
  help: string,
  counter: StoreCounter | (() => readonly Sample[]),
  factor?: number,
) => void;

function registerWritten(counter: Register, store: Counters<StoreCounter>): void {
  const by = (label: string, prefix: 'rows' | 'rotations' | 'write_errors', keys: readonly string[]) => () =>
    keys.map((key) => ({
      labels: { [label]: prefix === 'write_errors' && key !== 'other' ? key.toUpperCase() : key },
      value: store.get(`${prefix}_${key}` as StoreCounter),
    }));
  counter('fgm_rows_written_total', 'Rows written to the spool, by table.', by('table', 'rows', TABLES));
  counter('fgm_values_written_total', 'Values of metrics in closed files, nulls not counted.', 'values_written');
  counter('fgm_spool_bytes_written_total', 'Bytes appended to the spool.', 'spool_bytes_written');
  counter('fgm_parquet_bytes_written_total', 'Bytes of closed files.', 'parquet_bytes_written');
  counter('fgm_file_rotations_total', 'Windows closed, by reason.', by('reason', 'rotations', ROTATION_REASONS));
  counter('fgm_write_errors_total', 'Failed writes, by errno.', by('errno', 'write_errors', WRITE_ERRORS));
  counter('fgm_batches_dropped_total', 'Slots lost because the disk took nothing.', 'batches_dropped');
  counter('fgm_encode_seconds_total', 'Time spent turning windows into Parquet.', 'encode_usec', 1e-6);
  counter('fgm_spool_append_seconds_total', 'Time spent appending to the spool.', 'spool_append_usec', 1e-6);
  counter('fgm_recovered_segments_total', 'Windows of dead runs that became files.', 'recovered_segments');
  counter('fgm_damaged_segments_total', 'Windows that could not be read, or not wholly.', 'damaged_segments');
  counter('fgm_retention_files_evicted_total', 'Files deleted by retention.', 'retention_files_evicted');
  counter('fgm_retention_bytes_evicted_total', 'Bytes deleted by retention.', 'retention_bytes_evicted');
}

function registerLevels(gauge: Register): void {
  gauge('fgm_store_bytes', 'Size of the data directory.', 'store_bytes');
  gauge('fgm_store_bytes_limit', 'Most that the data directory may take.', 'store_limit_bytes');
  gauge('fgm_spool_bytes', 'Size of the open window on disk.', 'spool_bytes');
  gauge('fgm_closed_files', 'Closed Parquet files.', 'closed_files');
  gauge('fgm_segments_waiting', 'Closed windows that are not Parquet yet.', 'segments_waiting');
  gauge('fgm_batches_waiting', 'Slots kept in memory until the disk takes them.', 'batches_waiting');
  gauge('fgm_last_flush_timestamp_seconds', 'When rows were last written to the spool.', 'last_flush_time_ms', 1e-3);
  gauge('fgm_last_rotation_timestamp_seconds', 'When a window was last closed.', 'last_rotation_time_ms', 1e-3);
  gauge('fgm_process_identities', 'Process identities held for rows to come.', 'process_identities');
}
