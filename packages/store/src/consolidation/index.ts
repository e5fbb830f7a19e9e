/** `@fgm/store/consolidation`: what makes few large files of many small ones. Loads apache-arrow and parquet-wasm. */
export { consolidate, type ConsolidationOptions } from './consolidate.ts';
export type { ConsolidationReport, ConsolidationTask, ConsolidationTotals, FromConsolidation } from './report.ts';
export type { Limit } from './room.ts';
