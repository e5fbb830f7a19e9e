import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Column, SampledTable } from '@fgm/catalog';
import { bitmapBytes, bodyLength, readBatchHeader, valuesOffset } from './batch-layout.ts';
import { streamFile } from './segment.ts';
import { READ_FLAGS } from './read-flags.ts';

/** One record batch of a spool stream. */
export interface StoredBatch {
  readonly rows: number;
  /** Offset in the file of its body. */
  readonly body: number;
}

const CONTINUATION = -1;
/** Far above the metadata of any table here; more means that these bytes are not a message. */
const MAX_METADATA = 1 << 22;

/** What a stream holds. */
interface BatchIndex {
  readonly batches: readonly StoredBatch[];
  /** Bytes at its end that are neither whole batches nor the start of one: nothing that a crash would leave. */
  readonly damagedBytes: number;
}

/**
 * Finds the record batches of a stream that has `columns` columns, reading only their metadata. The stream may still be
 * growing or have been cut anywhere: it ends, without an error, at the first batch that is not there completely.
 * @param length bytes of the file to look at
 */
function indexBatches(fd: number, length: number, columns: number): BatchIndex {
  const batches: StoredBatch[] = [];
  let metadata = Buffer.allocUnsafeSlow(4096);
  let at = 0;
  let first = true;
  while (at + 8 <= length) {
    if (fs.readSync(fd, metadata, 0, 8, at) < 8) break;
    const size = metadata.readInt32LE(4);
    if (metadata.readInt32LE(0) !== CONTINUATION || size <= 0 || size > MAX_METADATA)
      return { batches, damagedBytes: length - at };
    if (at + 8 + size > length) break;
    if (size > metadata.length) metadata = Buffer.allocUnsafeSlow(size);
    if (fs.readSync(fd, metadata, 0, size, at + 8) < size) break;
    const message = at;
    at += 8 + size;
    // The first message is the schema, which has no body.
    if (first) {
      first = false;
      continue;
    }
    const header = readBatchHeader(new DataView(metadata.buffer, 0, size), 0);
    if (header === null || header.bodyLength !== bodyLength(columns, header.rows))
      return { batches, damagedBytes: length - message };
    if (at + header.bodyLength > length) break;
    batches.push({ rows: header.rows, body: at });
    at += header.bodyLength;
  }
  return { batches, damagedBytes: 0 };
}

/** One table of a segment, as it was when it was opened: what is appended later is not seen. */
export class StoredTable {
  readonly table: SampledTable;
  readonly columns: readonly Column[];
  readonly batches: readonly StoredBatch[];
  /** Bytes behind the batches that cannot be read. */
  readonly damagedBytes: number;
  /** Rows of the largest batch. */
  readonly maxRows: number;
  readonly #fd: number;

  /** @returns null when the segment has nothing of this table. @throws the error of open(2) unless it is ENOENT */
  static open(directory: string, table: SampledTable, columns: readonly Column[]): StoredTable | null {
    let fd: number;
    try {
      fd = fs.openSync(path.join(directory, streamFile(table)), READ_FLAGS);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw cause;
    }
    try {
      const stored = new StoredTable(fd, table, columns, indexBatches(fd, fs.fstatSync(fd).size, columns.length));
      if (stored.batches.length > 0 || stored.damagedBytes > 0) return stored;
      stored.close();
      return null;
    } catch (cause) {
      fs.closeSync(fd);
      throw cause;
    }
  }

  private constructor(
    fd: number,
    table: SampledTable,
    columns: readonly Column[],
    { batches, damagedBytes }: BatchIndex,
  ) {
    this.#fd = fd;
    this.table = table;
    this.columns = columns;
    this.batches = batches;
    this.damagedBytes = damagedBytes;
    this.maxRows = batches.reduce((most, batch) => Math.max(most, batch.rows), 0);
  }

  /** Reads the values of columns `from` to `to` (not included), one after the other, to the start of `into`. */
  readValues(batch: StoredBatch, from: number, to: number, into: Uint8Array): void {
    const at = batch.body + valuesOffset(this.columns.length, batch.rows) + from * batch.rows * 8;
    this.#read(at, (to - from) * batch.rows * 8, into);
  }

  /** Reads the bitmaps of columns `from` to `to` (not included); each takes `bitmapBytes(batch.rows)`. */
  readBitmaps(batch: StoredBatch, from: number, to: number, into: Uint8Array): void {
    const bitmap = bitmapBytes(batch.rows);
    this.#read(batch.body + from * bitmap, (to - from) * bitmap, into);
  }

  #read(at: number, length: number, into: Uint8Array): void {
    let done = 0;
    while (done < length) {
      const count = fs.readSync(this.#fd, into, done, length - done, at + done);
      if (count === 0)
        throw new Error(`${streamFile(this.table)}: ${length} bytes wanted at offset ${at}, found ${done}`);
      done += count;
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}
