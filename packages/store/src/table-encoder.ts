import { type Column, fileColumns } from '@fgm/catalog';
import { Gather } from './gather.ts';
import { labelOf, labelRuns } from './labels.ts';
import { NumericBatch } from './numeric-batch.ts';
import { encodeNumeric } from './numeric-columns.ts';
import type { ParquetFile } from './parquet-file.ts';
import type { RowOrder } from './row-order.ts';
import type { SegmentInfo } from './segment.ts';
import type { StoredTable } from './stored-table.ts';
import { encodeText, type TextRuns } from './text-column.ts';
import type { Texts } from './texts.ts';

/** Bytes of raw values that are gathered at once: what bounds the writer's memory. */
const GATHER_BYTES = 1 << 20;
/** Rows of a row group, so that one column of it is at most a mebibyte before compression. */
const GROUP_ROWS = 1 << 17;

/** The columns of a segment's files of a sampled table: time, tick, the texts that the refs stand for, the metrics. */
export function columnsOfFile(stored: StoredTable): Column[] {
  const texts = fileColumns(stored.table).filter((column) => column.type === 'utf8');
  const block = stored.columns.filter((column) => column.type !== 'ref');
  return [...block.slice(0, 2), ...texts, ...block.slice(2)];
}

/** Encodes one table of a segment: a generator that gives way after every few columns. */
export class TableEncoder {
  /** Values of metrics (not labels) that are not null. */
  values = 0;
  readonly #stored: StoredTable;
  readonly #order: RowOrder;
  readonly #info: SegmentInfo;
  readonly #texts: Texts;
  readonly #gather: Gather;
  readonly #batch: NumericBatch;
  readonly #width: number;

  constructor(stored: StoredTable, order: RowOrder, info: SegmentInfo, texts: Texts) {
    const rows = Math.min(order.rows, GROUP_ROWS);
    this.#stored = stored;
    this.#order = order;
    this.#info = info;
    this.#texts = texts;
    this.#width = Math.min(stored.columns.length, Math.max(1, Math.floor(GATHER_BYTES / (rows * 8))));
    this.#gather = new Gather(stored, order, this.#width);
    this.#batch = new NumericBatch(this.#width, rows);
  }

  /** Writes all row groups to a file whose columns are columnsOfFile(). */
  *write(file: ParquetFile): Generator<void> {
    try {
      yield* this.#groups(file);
    } finally {
      this.#batch.dispose();
    }
  }

  *#groups(file: ParquetFile): Generator<void> {
    for (let first = 0; first < this.#order.rows; first += GROUP_ROWS) {
      const end = Math.min(first + GROUP_ROWS, this.#order.rows);
      const metrics = this.#stored.columns.findIndex((column, at) => at >= 2 && column.type !== 'ref');
      yield* this.#numbers(file, 0, 2, first, end);
      this.#labels(file, first, end);
      yield;
      if (metrics >= 0) yield* this.#metrics(file, metrics, first, end);
      file.endGroup(end - first);
    }
  }

  *#metrics(file: ParquetFile, from: number, first: number, end: number): Generator<void> {
    const { columns } = this.#stored;
    let at = from;
    while (at < columns.length) {
      if (columns[at]!.type === 'enum') {
        this.#enum(file, at, first, end);
        at++;
        yield;
        continue;
      }
      const next = columns.findIndex((column, index) => index > at && column.type === 'enum');
      const to = next < 0 ? columns.length : next;
      yield* this.#numbers(file, at, to, first, end);
      at = to;
    }
  }

  *#numbers(file: ParquetFile, from: number, to: number, first: number, end: number): Generator<void> {
    for (let at = from; at < to; at += this.#width) {
      const columns = this.#stored.columns.slice(at, Math.min(at + this.#width, to));
      this.#gather.run(this.#batch, at, at + columns.length, first, end);
      for (const chunk of encodeNumeric(this.#batch, this.#info.compressionLevel)) file.column(chunk);
      for (const [index, column] of columns.entries()) {
        if (column.kind !== 'label') this.values += end - first - this.#batch.nulls[index]!;
      }
      yield;
    }
  }

  #enum(file: ParquetFile, at: number, first: number, end: number): void {
    const column = this.#stored.columns[at]!;
    this.#gather.run(this.#batch, at, at + 1, first, end);
    const texts: (string | null)[] = [];
    const lengths: number[] = [];
    let last = NaN;
    for (let row = 0; row < end - first; row++) {
      const index = this.#batch.index(row);
      if (index === last) lengths[lengths.length - 1]!++;
      else {
        texts.push(column.values?.[index] ?? null);
        lengths.push(1);
      }
      last = index;
    }
    this.#text(file, column, { texts, lengths });
    if (column.kind !== 'label') this.values += end - first - this.#batch.nulls[0]!;
  }

  #labels(file: ParquetFile, first: number, end: number): void {
    for (const column of columnsOfFile(this.#stored).filter(({ type }) => type === 'utf8')) {
      const label = (refs: Parameters<typeof labelOf>[1]): string | null =>
        labelOf(column, refs, this.#info, this.#texts);
      this.#text(file, column, labelRuns(this.#order.series, first, end, label));
    }
  }

  #text(file: ParquetFile, column: Column, runs: TextRuns): void {
    file.column(encodeText(column.name, runs, this.#info.compressionLevel));
  }
}
