import { type Column, fileColumns, type SampledTable } from '@fgm/catalog';
import { bitmapBytes } from '../batch-layout.ts';
import { labelOf } from '../labels.ts';
import { NOWHERE, orderRows, type RowOrder, type Series } from '../row-order.ts';
import type { SegmentInfo } from '../segment.ts';
import type { GrowingTexts } from '../segment-texts.ts';
import { StoredTable } from '../stored-table.ts';
import type { Texts } from '../texts.ts';
import type { RowGroup } from './file-places.ts';
import type { Stretch, TablePart, TextColumn } from './table-part.ts';

const TWO_32 = 4294967296;

/** A table of a window that is being recorded, as it was when it was opened, read from its segment in the spool. */
export class WindowPart implements TablePart {
  readonly table: SampledTable;
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly #stored: StoredTable;
  readonly #order: RowOrder;
  readonly #info: SegmentInfo;
  readonly #texts: Texts;
  readonly #stretches: readonly Stretch[];
  /** Columns that were read, in the order of the part. */
  readonly #read = new Map<string, Float64Array>();

  /** @returns null when the segment has no row of this table. @throws the error of the system call that failed */
  static open(directory: string, table: SampledTable, info: SegmentInfo, texts: GrowingTexts): WindowPart | null {
    const columns = info.columns[table];
    const stored = columns === undefined ? null : StoredTable.open(directory, table, columns);
    if (stored === null) return null;
    try {
      // Rows first: what they refer to is written before them.
      texts.read();
      const part = new WindowPart(stored, info, texts.texts);
      if (part.rows > 0) return part;
      stored.close();
      return null;
    } catch (cause) {
      stored.close();
      throw cause;
    }
  }

  private constructor(stored: StoredTable, info: SegmentInfo, texts: Texts) {
    this.#stored = stored;
    this.#info = info;
    this.#texts = texts;
    this.#order = orderRows(stored, texts);
    this.table = stored.table;
    const labels = fileColumns(stored.table).filter(({ type }) => type === 'utf8');
    this.columns = [...stored.columns.filter(({ type }) => type !== 'ref'), ...labels];
    this.rows = this.#order.rows;
    this.groups = [{ first: 0, rows: this.rows }];
    this.#stretches = joined(this.#order.series, (series) => this.#idOf(series));
  }

  has(column: string): boolean {
    return this.columns.some(({ name }) => name === column);
  }

  stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  mayHave(_group: number, from: number, to: number): boolean {
    return this.#order.firstTime / 1000 < to && this.#order.lastTime / 1000 >= from;
  }

  numbers(column: string, from: number, to: number): Float64Array {
    let values = this.#read.get(column);
    if (values === undefined) this.#read.set(column, (values = this.#readColumn(column)));
    return values.subarray(from, to);
  }

  texts(column: string, from: number, to: number): TextColumn {
    const found = this.columns.find(({ name }) => name === column);
    const codes = new Int32Array(to - from).fill(-1);
    if (found === undefined) return { codes, dictionary: [] };
    if (found.type === 'enum') {
      const numbers = this.numbers(column, from, to);
      for (let row = 0; row < codes.length; row++) if (!Number.isNaN(numbers[row])) codes[row] = numbers[row]!;
      return { codes, dictionary: found.values ?? [] };
    }
    const dictionary: string[] = [];
    for (const series of this.#order.series) {
      const text = labelOf(found, series, this.#info, this.#texts);
      const end = Math.min(series.start + series.rows, to);
      const start = Math.max(series.start, from);
      if (text === null || start >= end) continue;
      codes.fill(dictionary.push(text) - 1, start - from, end - from);
    }
    return { codes, dictionary };
  }

  close(): void {
    this.#stored.close();
  }

  #idOf({ entity }: Series): string {
    return this.#texts.entities.get(entity)?.identity.containerId ?? '';
  }

  #readColumn(name: string): Float64Array {
    const stored = this.#stored;
    const column = stored.columns.findIndex((one) => one.name === name);
    const values = new Float64Array(this.rows).fill(NaN);
    if (column < 0) return values;
    const isDouble = stored.columns[column]!.type === 'double';
    const words = new Int32Array(stored.maxRows * 2);
    const bytes = new Uint8Array(words.buffer);
    const doubles = new Float64Array(words.buffer);
    const bits = new Uint8Array(bitmapBytes(stored.maxRows));
    let at = 0;
    for (const batch of stored.batches) {
      stored.readValues(batch, column, column + 1, bytes);
      stored.readBitmaps(batch, column, column + 1, bits);
      for (let row = 0; row < batch.rows; row++, at++) {
        const place = this.#order.places[at]!;
        if (place === NOWHERE || (bits[row >> 3]! & (1 << (row & 7))) === 0) continue;
        values[place] = isDouble ? doubles[row]! : words[row * 2 + 1]! * TWO_32 + (words[row * 2]! >>> 0);
      }
    }
    return values;
  }
}

/** One for each container: its series stand together. */
function joined(series: readonly Series[], idOf: (series: Series) => string): Stretch[] {
  const stretches: { container: string; from: number; to: number }[] = [];
  for (const one of series) {
    const container = idOf(one);
    const last = stretches.at(-1);
    if (last !== undefined && last.container === container) last.to = one.start + one.rows;
    else stretches.push({ container, from: one.start, to: one.start + one.rows });
  }
  return stretches;
}
