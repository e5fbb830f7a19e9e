/**
 * What the recorder's main thread and readers of a data directory use. Loads neither apache-arrow nor parquet-wasm: the
 * writer is `@fgm/store/worker`, batches in memory are `@fgm/store/arrow`.
 */
export { type ClosedFile, listClosedFiles } from './closed-files.ts';
export { clearAbandoned, ConsolidationDue } from './consolidation-due.ts';
export type { ConsolidationReport, ConsolidationTask, FromConsolidation } from './consolidation/report.ts';
export { STORE_COUNTERS, type StoreCounter } from './counters.ts';
export { consolidatedName, type FileName, fileName, parseFileName, partition, stampOf } from './file-name.ts';
export { ARROW_SCHEMA, encodedSchema, fieldMetadata } from './field-metadata.ts';
export { columnMetadata, type Footer, readFooter } from './footer.ts';
export { ENTRY_COLUMNS, INDEX_FILE, type IndexDocument, type IndexEntry, indexKey, readIndex } from './index-file.ts';
export { acquireLock, type Lock } from './lock.ts';
export { unwritableDirectory } from './writable.ts';
export { segmentNames, type SourceRun, sourceRuns } from './made-of.ts';
export type { LiveProcess } from './live-processes.ts';
export type {
  FromWriter,
  RotatedFile,
  RotationReason,
  ToWriter,
  WriterOptions,
  WriterSettings,
  WriterTask,
} from './messages.ts';
export {
  encodeSegmentTo,
  listOpenWindows,
  type MadeFile,
  type OpenWindow,
  type Snapshot,
  takeSnapshot,
} from './reader.ts';
export { CONSOLIDATION } from './reservation.ts';
export { BROKEN, type SegmentInfo, SPOOL } from './segment.ts';
export { listFiles, type Resolved } from './superseded.ts';
export { pinZstd } from './zstd.ts';
