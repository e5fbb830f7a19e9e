import * as fs from 'node:fs';
import type { Column } from '@fgm/catalog';
import { type ColumnChunk, META_DATA_PAGE, META_DICTIONARY_PAGE } from './column-chunk.ts';
import { fileSchemaMessage } from './file-schema.ts';
import {
  CHUNK_META,
  FILE_COLUMN_ORDERS,
  FILE_CREATED_BY,
  FILE_METADATA,
  FILE_ROW_GROUPS,
  FILE_ROWS,
  FILE_SCHEMA,
  FILE_VERSION,
  GROUP_COLUMNS,
  MAGIC,
} from './footer.ts';
import { I32, i32, i64, numberAt, STRUCT, struct, structs, text, type ThriftStruct, writeThrift } from './thrift.ts';

/**
 * Writes a Parquet file column chunk by column chunk, so that no more than one of them is in memory. Columns must come in
 * the order of the schema, row group after row group.
 */
export class ParquetFile {
  readonly path: string;
  readonly #fd: number;
  readonly #columns: readonly Column[];
  readonly #reserve: (bytes: number) => void;
  readonly #elements: ThriftStruct[] = [];
  readonly #groups: ThriftStruct[] = [];
  #chunks: ThriftStruct[] = [];
  #length = 0;
  #groupStart = 0;
  #groupBytes = 0;
  #rows = 0;
  #open = true;

  /**
   * @param reserve told how many bytes are about to be written; may throw
   * @throws the error of open(2) or write(2)
   */
  constructor(path: string, columns: readonly Column[], reserve: (bytes: number) => void = () => {}) {
    this.path = path;
    this.#reserve = reserve;
    this.#columns = columns;
    this.#fd = fs.openSync(path, 'w', 0o640);
    try {
      this.#write(MAGIC);
    } catch (cause) {
      this.discard();
      throw cause;
    }
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** Adds the next column of the row group. */
  column(chunk: ColumnChunk): void {
    if (this.#chunks.length === 0) this.#groupStart = this.#length;
    if (this.#groups.length === 0) this.#elements.push(chunk.element);
    const meta: ThriftStruct = new Map(chunk.meta);
    for (const field of [META_DICTIONARY_PAGE, META_DATA_PAGE]) {
      if (meta.has(field)) meta.set(field, i64(numberAt(meta, field) + this.#length));
    }
    this.#write(Buffer.concat(chunk.pages));
    this.#groupBytes += chunk.uncompressedBytes;
    this.#chunks.push(
      new Map([
        [2, i64(0)],
        [CHUNK_META, { type: STRUCT, value: meta }],
      ]),
    );
  }

  /** Ends a row group. @throws RangeError when columns are missing */
  endGroup(rows: number): void {
    if (this.#chunks.length !== this.#columns.length) {
      throw new RangeError(`${this.path}: ${this.#columns.length} columns wanted, found ${this.#chunks.length}`);
    }
    this.#groups.push(
      new Map([
        [GROUP_COLUMNS, structs(this.#chunks)],
        [2, i64(this.#groupBytes)],
        [3, i64(rows)],
        [5, i64(this.#groupStart)],
        [6, i64(this.#length - this.#groupStart)],
        [7, { type: 4, value: this.#groups.length }],
      ]),
    );
    this.#rows += rows;
    this.#chunks = [];
    this.#groupBytes = 0;
  }

  /** Writes the footer, syncs and closes. @throws the error of the system call that failed */
  finish(createdBy: string, metadata: ReadonlyMap<string, string>): void {
    const footer = writeThrift(this.#footer(createdBy, metadata));
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(footer.length);
    this.#write(footer);
    this.#write(tail);
    this.#write(MAGIC);
    fs.fsyncSync(this.#fd);
    this.#close();
  }

  /** Deletes a file that will not be finished, or that turned out wrong. */
  discard(): void {
    this.#close();
    fs.rmSync(this.path, { force: true });
  }

  #close(): void {
    if (this.#open) fs.closeSync(this.#fd);
    this.#open = false;
  }

  #footer(createdBy: string, metadata: ReadonlyMap<string, string>): ThriftStruct {
    const arrow = Buffer.from(fileSchemaMessage(this.#columns, metadata)).toString('base64');
    const pairs = [['ARROW:schema', arrow] as const, ...metadata].map(([key, value]): ThriftStruct => {
      return new Map([
        [1, text(key)],
        [2, text(value)],
      ]);
    });
    const root: ThriftStruct = new Map([
      [4, text('schema')],
      [5, { type: I32, value: this.#elements.length }],
    ]);
    // TypeDefinedOrder: statistics of a column compare in the order of its type.
    const order = (): ThriftStruct => new Map([[1, struct([])]]);
    return new Map([
      [FILE_VERSION, i32(1)],
      [FILE_SCHEMA, structs([root, ...this.#elements])],
      [FILE_ROWS, i64(this.#rows)],
      [FILE_ROW_GROUPS, structs(this.#groups)],
      [FILE_METADATA, structs(pairs)],
      [FILE_CREATED_BY, text(createdBy)],
      [FILE_COLUMN_ORDERS, structs(this.#elements.map(order))],
    ]);
  }

  #write(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    let done = 0;
    while (done < bytes.length) {
      const written = fs.writeSync(this.#fd, bytes, done, bytes.length - done, this.#length);
      if (written === 0) throw Object.assign(new Error(`${this.path}: nothing was written`), { code: 'EIO' });
      done += written;
      this.#length += written;
    }
  }
}
