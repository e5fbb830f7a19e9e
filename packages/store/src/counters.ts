/**
 * What the writer counts, in shared memory (see Counters in @fgm/ring). Names that start with `rows_`, `rotations_`,
 * `write_errors_`, and those that end with `_usec`, `_total`, `_dropped`, `_written`, `_evicted` only grow; the rest are
 * levels.
 */
export const STORE_COUNTERS = [
  'rows_containers',
  'rows_processes',
  'rows_mappings',
  'rows_devices',
  'rows_interfaces',
  'rows_node',
  'rows_bursts',
  'rows_events',
  /** Values of metrics, without nulls, in closed files. */
  'values_written',
  /** Appended to the spool, and written to closed files. */
  'spool_bytes_written',
  'parquet_bytes_written',
  'rotations_time',
  'rotations_midnight',
  'rotations_size',
  'rotations_clock',
  'rotations_shutdown',
  'write_errors_enospc',
  'write_errors_eio',
  'write_errors_erofs',
  'write_errors_edquot',
  'write_errors_other',
  /** Slots that were lost because the disk took nothing and memory for them ran out. */
  'batches_dropped',
  /** Slots kept in memory until the disk takes them. */
  'batches_waiting',
  /** Published and not yet taken slots of all rings, at the start of the last step. */
  'ring_occupancy',
  'spool_bytes',
  'store_bytes',
  'store_limit_bytes',
  /** Milliseconds since the Unix epoch at which rows were last written to the spool. */
  'last_flush_time_ms',
  /** Likewise, at which a window was last closed. */
  'last_rotation_time_ms',
  'encode_usec',
  'spool_append_usec',
  'recovered_segments',
  'damaged_segments',
  'segments_waiting',
  'retention_files_evicted',
  'retention_bytes_evicted',
  'closed_files',
  'entities',
  'process_identities',
] as const;

export type StoreCounter = (typeof STORE_COUNTERS)[number];
