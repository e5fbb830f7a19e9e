import type { Column } from '@fgm/catalog';
import type { Stretch, TablePart, TextColumn } from '@fgm/store/read';
import { stretchesOf } from '@fgm/store/read';
import { decompress } from 'fzstd';
import { parquetMetadata, parquetRead } from 'hyparquet';

/** Microseconds as they are: a Date would lose them. */
const PARSERS = { timestampFromMicroseconds: Number };
const COMPRESSORS = { ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)) };

/** A table that stands in a page, with every column as an array. */
export interface EmbeddedTable {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** NaN for no value. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<string, TextColumn>;
}

class Dictionary {
  readonly #places = new Map<string, number>();

  /** The same place for the same text, wherever it came from; -1 for none. */
  place(text: unknown): number {
    if (typeof text !== 'string') return -1;
    let place = this.#places.get(text);
    if (place === undefined) this.#places.set(text, (place = this.#places.size));
    return place;
  }

  texts(): string[] {
    return [...this.#places.keys()];
  }
}

function isText({ type }: Column): boolean {
  return type === 'utf8' || type === 'enum';
}

/** @param file a whole Parquet file. @throws Error when it is broken */
export async function readTable(table: string, columns: readonly Column[], file: ArrayBuffer): Promise<EmbeddedTable> {
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);
  const numbers = new Map<string, Float64Array>();
  const codes = new Map<string, { readonly codes: Int32Array; readonly dictionary: Dictionary }>();
  for (const column of columns) {
    if (isText(column)) codes.set(column.name, { codes: new Int32Array(rows).fill(-1), dictionary: new Dictionary() });
    else numbers.set(column.name, new Float64Array(rows).fill(NaN));
  }
  await parquetRead({
    file,
    metadata,
    columns: columns.map(({ name }) => name),
    parsers: PARSERS,
    compressors: COMPRESSORS,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const values = numbers.get(columnName);
      const texts = codes.get(columnName);
      for (let at = 0; at < columnData.length; at++) {
        const value: unknown = columnData[at];
        if (value === null || value === undefined) continue;
        if (values !== undefined) values[rowStart + at] = Number(value);
        else texts!.codes[rowStart + at] = texts!.dictionary.place(value);
      }
    },
  });
  const texts = new Map(
    [...codes].map(([name, { codes: own, dictionary }]) => [name, { codes: own, dictionary: dictionary.texts() }]),
  );
  return { table, columns, rows, numbers, texts };
}

/** Some rows of an embedded table: those of one node. */
export class EmbeddedPart implements TablePart {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly groups: TablePart['groups'];
  readonly #all: EmbeddedTable;
  readonly #first: number;
  readonly #stretches: readonly Stretch[];

  /** @param first its first row in the table */
  constructor(all: EmbeddedTable, first: number, rows: number) {
    this.table = all.table;
    this.columns = all.columns;
    this.rows = rows;
    this.groups = [{ first: 0, rows }];
    this.#all = all;
    this.#first = first;
    this.#stretches = stretchesOf(this.texts('container_id', 0, rows), 0, rows);
  }

  has(column: string): boolean {
    return this.columns.some(({ name }) => name === column);
  }

  stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  mayHave(): boolean {
    return true;
  }

  numbers(column: string, from: number, to: number): Float64Array {
    const values = this.#all.numbers.get(column);
    return values?.slice(this.#first + from, this.#first + to) ?? new Float64Array(to - from).fill(NaN);
  }

  texts(column: string, from: number, to: number): TextColumn {
    const found = this.#all.texts.get(column);
    if (found === undefined) return { codes: new Int32Array(to - from).fill(-1), dictionary: [] };
    return { codes: found.codes.subarray(this.#first + from, this.#first + to), dictionary: found.dictionary };
  }

  close(): void {
    // It is a part of the page.
  }
}

/** The rows of a node, which stand together; null when there are none. */
export function partOf(all: EmbeddedTable, node: string): EmbeddedPart | null {
  const { codes, dictionary } = all.texts.get('node') ?? { codes: new Int32Array(0), dictionary: [] };
  const code = dictionary.indexOf(node);
  const first = code < 0 ? -1 : codes.indexOf(code);
  return first < 0 ? null : new EmbeddedPart(all, first, codes.lastIndexOf(code) + 1 - first);
}
