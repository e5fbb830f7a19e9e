/** Reading rows of a data directory column by column, closed or still being recorded. Loads neither apache-arrow nor parquet-wasm. */
export { EventPart } from './event-part.ts';
export { FilePart } from './file-part.ts';
export { type Piece, scanPart, type ScanRequest } from './scan.ts';
export { SourceFile } from './source-file.ts';
export { otherVersion } from '../schema-version.ts';
export { stretchesOf } from './stretches.ts';
export type { Stretch, TablePart, TextColumn } from './table-part.ts';
export { Unusable } from './unusable.ts';
export { WindowPart } from './window-part.ts';
export { GrowingTexts } from '../segment-texts.ts';
export { listSegments, readSegmentInfo, segmentBytes, type SegmentInfo, SPOOL } from '../segment.ts';
