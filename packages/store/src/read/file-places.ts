import type { Column } from '@fgm/catalog';
import { fileColumnsOf } from './file-columns.ts';
import { ThriftCursor } from './thrift-cursor.ts';
import { Unusable } from './unusable.ts';

/** Eight times what a recorder writes. Runs of a few bytes can stand for any number of rows, so their number is bounded here. */
export const MOST_GROUP_ROWS = 1 << 20;

/** Numbers of parquet.thrift: FileMetaData, RowGroup, ColumnChunk, ColumnMetaData, Statistics, KeyValue. */
const FILE_SCHEMA = 2;
const FILE_ROWS = 3;
const FILE_GROUPS = 4;
const FILE_PAIRS = 5;
const FILE_CREATED_BY = 6;
const GROUP_COLUMNS = 1;
const GROUP_ROWS = 3;
const CHUNK_META = 3;
const META_CODEC = 4;
const META_VALUES = 5;
const META_COMPRESSED_SIZE = 7;
const META_DATA_PAGE = 9;
const META_DICTIONARY_PAGE = 11;
const META_STATISTICS = 12;
const STATISTICS_MAX = 5;
const STATISTICS_MIN = 6;
const PAIR_KEY = 1;
const PAIR_VALUE = 2;
const ZSTD = 6;
const UNCOMPRESSED = 0;
/** Every thing in a footer takes some bytes: of a list that says it has more than this there is no end. */
const MOST_GROUPS = 1 << 16;

/** Rows that stand together in a file; `first` counts from the start of the file. */
export interface RowGroup {
  readonly first: number;
  readonly rows: number;
}

/** What stands where in a file. */
export interface FilePlaces {
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly columns: readonly Column[];
  /** Place of each column by its name. */
  readonly index: ReadonlyMap<string, number>;
  /** The key-value metadata without the schema. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly createdBy: string;
  /** Of chunk `group * columns + column`: offset and length in the file. */
  readonly starts: Float64Array;
  readonly lengths: Float64Array;
  /** 1 where pages are compressed. */
  readonly compressed: Uint8Array;
  /** For each row group the lowest and the highest value of these columns as they stand in the footer; null where it does not say. */
  readonly extremes: ReadonlyMap<string, readonly (Extremes | null)[]>;
}

export interface Extremes {
  readonly lowest: Uint8Array;
  readonly highest: Uint8Array;
}

/** Columns whose statistics tell a reader what it need not read. */
const TOLD = ['container_id', 'time'] as const;

/**
 * Takes out of a footer what a reader of columns needs. The columns are known as soon as one file of the same schema has been read.
 * @param fileBytes length of the file
 * @throws Unusable, or RangeError, when it is not a recorder's
 */
export function readPlaces(footer: Uint8Array, fileBytes: number): FilePlaces {
  return new Walk(footer, fileBytes).places();
}

class Walk {
  readonly #cursor: ThriftCursor;
  readonly #fileBytes: number;
  #rows = 0;
  /** Of the list of columns, with its header. */
  #schemaFrom = -1;
  #schemaTo = -1;
  #columns = -1;
  #arrow: Uint8Array | undefined;
  #createdBy = '';
  readonly #metadata = new Map<string, string>();
  readonly #groups: RowGroup[] = [];
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #compressed: number[] = [];
  /** Where the statistics of a chunk stand in the footer; -1 where it has none. */
  readonly #statistics: number[] = [];

  constructor(footer: Uint8Array, fileBytes: number) {
    this.#cursor = new ThriftCursor(footer);
    this.#fileBytes = fileBytes;
  }

  places(): FilePlaces {
    const cursor = this.#cursor;
    cursor.enter();
    while (cursor.next()) this.#takeField();
    if (this.#schemaFrom < 0) throw new Unusable('has no schema');
    if (this.#arrow === undefined) throw new Unusable('has no Arrow schema');
    const schema = cursor.bytes.subarray(this.#schemaFrom, this.#schemaTo);
    const { columns, index } = fileColumnsOf(schema, this.#arrow, cursor.bytes);
    const found = this.#groups.reduce((sum, { rows }) => sum + rows, 0);
    if (found !== this.#rows) throw new Unusable(`says ${this.#rows} rows, its row groups have ${found}`);
    return {
      rows: this.#rows,
      groups: this.#groups,
      columns,
      index,
      metadata: this.#metadata,
      createdBy: this.#createdBy,
      starts: Float64Array.from(this.#starts),
      lengths: Float64Array.from(this.#lengths),
      compressed: Uint8Array.from(this.#compressed),
      extremes: new Map(TOLD.map((name) => [name, this.#extremesOf(index.get(name))])),
    };
  }

  #takeField(): void {
    const cursor = this.#cursor;
    switch (cursor.field) {
      case FILE_SCHEMA:
        return this.#takeSchema();
      case FILE_ROWS:
        this.#rows = cursor.int();
        return;
      case FILE_GROUPS:
        return this.#takeGroups();
      case FILE_PAIRS:
        for (let left = cursor.structs(); left > 0; left--) this.#takePair();
        return;
      case FILE_CREATED_BY:
        this.#createdBy = text(cursor.binary());
        return;
      default:
        cursor.skip();
    }
  }

  #takeSchema(): void {
    const cursor = this.#cursor;
    this.#schemaFrom = cursor.at;
    const elements = cursor.structs();
    for (let left = elements; left > 0; left--) {
      cursor.enter();
      while (cursor.next()) cursor.skip();
    }
    this.#schemaTo = cursor.at;
    // The first is the root.
    this.#columns = elements - 1;
  }

  #takePair(): void {
    const cursor = this.#cursor;
    let key = '';
    let value: Uint8Array = new Uint8Array(0);
    cursor.enter();
    while (cursor.next()) {
      if (cursor.field === PAIR_KEY) key = text(cursor.binary());
      else if (cursor.field === PAIR_VALUE) value = cursor.binary();
      else cursor.skip();
    }
    if (key === 'ARROW:schema') this.#arrow = value;
    else this.#metadata.set(key, text(value));
  }

  #takeGroups(): void {
    const cursor = this.#cursor;
    if (this.#columns < 0) throw new Unusable('has row groups before its schema');
    const count = cursor.structs();
    if (count > MOST_GROUPS) throw new Unusable(`has ${count} row groups`);
    let first = 0;
    for (let left = count; left > 0; left--) {
      const rows = this.#takeGroup();
      this.#groups.push({ first, rows });
      first += rows;
    }
  }

  #takeGroup(): number {
    const cursor = this.#cursor;
    const from = this.#starts.length;
    const values: number[] = [];
    let rows = NaN;
    cursor.enter();
    while (cursor.next()) {
      if (cursor.field === GROUP_ROWS) rows = cursor.int();
      else if (cursor.field === GROUP_COLUMNS)
        for (let left = cursor.structs(); left > 0; left--) this.#takeChunk(values);
      else cursor.skip();
    }
    const chunks = this.#starts.length - from;
    if (!(rows >= 0 && rows <= MOST_GROUP_ROWS)) throw new Unusable(`has a row group of ${rows} rows`);
    if (chunks !== this.#columns) {
      throw new Unusable(`has ${this.#columns} columns and a row group of ${chunks}`);
    }
    if (values.some((count) => count !== rows)) throw new Unusable('has columns of different lengths');
    return rows;
  }

  #takeChunk(values: number[]): void {
    const cursor = this.#cursor;
    let found = false;
    cursor.enter();
    while (cursor.next()) {
      if (cursor.field === CHUNK_META && !found) {
        found = true;
        this.#takeMeta(values);
      } else cursor.skip();
    }
    if (!found) throw new Unusable('has a column without metadata');
  }

  #takeMeta(values: number[]): void {
    const cursor = this.#cursor;
    let codec = NaN;
    let count = NaN;
    let length = NaN;
    let data = NaN;
    let dictionary = Infinity;
    let statistics = -1;
    cursor.struct();
    while (cursor.next()) {
      if (cursor.field === META_CODEC) codec = cursor.int();
      else if (cursor.field === META_VALUES) count = cursor.int();
      else if (cursor.field === META_COMPRESSED_SIZE) length = cursor.int();
      else if (cursor.field === META_DATA_PAGE) data = cursor.int();
      else if (cursor.field === META_DICTIONARY_PAGE) dictionary = cursor.int();
      else {
        if (cursor.field === META_STATISTICS) statistics = cursor.at;
        cursor.skip();
      }
    }
    const start = Math.min(dictionary, data);
    if (codec !== ZSTD && codec !== UNCOMPRESSED) throw new Unusable(`is compressed by codec ${codec}`);
    if (!(start >= 0 && length >= 0 && start + length <= this.#fileBytes))
      throw new Unusable('has pages beyond its end');
    values.push(count);
    this.#starts.push(start);
    this.#lengths.push(length);
    this.#compressed.push(codec === ZSTD ? 1 : 0);
    this.#statistics.push(statistics);
  }

  #extremesOf(column: number | undefined): (Extremes | null)[] {
    return this.#groups.map((_, group) => {
      const at = column === undefined ? -1 : this.#statistics[group * this.#columns + column]!;
      return at < 0 ? null : extremesAt(this.#cursor.bytes, at);
    });
  }
}

/** Copies: what stands in the footer would keep all of it in memory. */
function extremesAt(footer: Uint8Array, at: number): Extremes | null {
  const cursor = new ThriftCursor(footer, at);
  let lowest: Uint8Array | null = null;
  let highest: Uint8Array | null = null;
  cursor.enter();
  while (cursor.next()) {
    if (cursor.field === STATISTICS_MIN) lowest = cursor.binary().slice();
    else if (cursor.field === STATISTICS_MAX) highest = cursor.binary().slice();
    else cursor.skip();
  }
  return lowest === null || highest === null ? null : { lowest, highest };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
