/**
 * Charts as an Arrow IPC stream. All of apache-arrow is loaded here, some MB: this module is imported when somebody wants it.
 */
import {
  type Data,
  Dictionary,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Timestamp,
  TimeUnit,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { Grid } from '../query/grid.ts';

type Values = readonly (number | null)[];

interface ArrowLine {
  readonly node: string | null;
  readonly container: string | null;
  readonly keys: Readonly<Record<string, string | null>>;
  readonly values: Values;
  readonly lowest?: Values;
  readonly highest?: Values;
}

/** A chart as the API answers it. */
export interface ArrowChart {
  readonly metric: string;
  readonly unit: string | null;
  readonly lines: readonly ArrowLine[];
}

/**
 * A table with a row for each value: `time` (start of its bucket, milliseconds, UTC), `metric`, `unit`, `node`, `container`, a column
 * for each key (`pid`, `device`, …), `value`, and `lowest` and `highest` of its bucket where the line has them. The schema's metadata
 * has `step`, the length of a bucket in milliseconds.
 *
 * @returns an IPC stream of one batch
 */
export function arrowOf({ from, step }: Grid, charts: readonly ArrowChart[]): Uint8Array {
  const lines = charts.flatMap(({ metric, unit, lines: own }) => own.map((line) => ({ metric, unit, ...line })));
  const counts = lines.map(({ values }) => values.filter((value) => value !== null).length);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const times = new BigInt64Array(rows);
  const [value, lowest, highest] = [new Numbers(rows), new Numbers(rows), new Numbers(rows)];
  let row = 0;
  for (const line of lines) {
    for (const [at, one] of line.values.entries()) {
      if (one === null) continue;
      times[row] = BigInt(from + at * step);
      value.set(row, one);
      lowest.set(row, line.lowest?.[at] ?? null);
      highest.set(row, line.highest?.[at] ?? null);
      row++;
    }
  }
  const keys = new Set(lines.flatMap((line) => Object.keys(line.keys)));
  const texts = (name: string, of: (line: (typeof lines)[number]) => string | null): Column => ({
    name,
    data: textsOf(lines.map(of), counts, rows),
  });
  const time = makeData({ type: new Timestamp(TimeUnit.MILLISECOND, 'UTC'), length: rows, nullCount: 0, data: times });
  return ipcOf(step, rows, [
    { name: 'time', data: time },
    texts('metric', ({ metric }) => metric),
    texts('unit', ({ unit }) => unit),
    texts('node', ({ node }) => node),
    texts('container', ({ container }) => container),
    ...Array.from(keys, (key) => texts(key, (line) => line.keys[key] ?? null)),
    { name: 'value', data: value.data() },
    { name: 'lowest', data: lowest.data() },
    { name: 'highest', data: highest.data() },
  ]);
}

interface Column {
  readonly name: string;
  readonly data: Data;
}

function ipcOf(step: number, rows: number, columns: readonly Column[]): Uint8Array {
  const fields = columns.map(({ name, data }) => new Field(name, data.type, name !== 'time'));
  const schema = new Schema(fields, new Map([['step', String(step)]]));
  const children = columns.map(({ data }) => data);
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, nullCount: 0, children }));
  return tableToIPC(new Table(schema, [batch]), 'stream');
}

/** A text for each line, as often as the line has rows. */
function textsOf(texts: readonly (string | null)[], counts: readonly number[], rows: number): Data {
  const words = [...new Set(texts.filter((text) => text !== null))];
  const places = new Map(words.map((word, at) => [word, at]));
  const valid = new Validity(rows);
  const data = new Int32Array(rows);
  let row = 0;
  for (const [at, text] of texts.entries()) {
    const end = row + counts[at]!;
    if (text !== null) {
      data.fill(places.get(text)!, row, end);
      valid.addRange(row, end);
    }
    row = end;
  }
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray(words, new Utf8());
  return makeData({ type, length: rows, nullCount: valid.nulls, nullBitmap: valid.bits, data, dictionary });
}

/** A column of numbers, some of which are not there. */
class Numbers {
  readonly #values: Float64Array;
  readonly #valid: Validity;

  constructor(rows: number) {
    this.#values = new Float64Array(rows);
    this.#valid = new Validity(rows);
  }

  set(row: number, value: number | null): void {
    if (value === null) return;
    this.#values[row] = value;
    this.#valid.add(row);
  }

  data(): Data {
    const { nulls: nullCount, bits: nullBitmap } = this.#valid;
    return makeData({ type: new Float64(), length: this.#values.length, nullCount, nullBitmap, data: this.#values });
  }
}

/** Arrow's validity bitmap: a bit for each row, the lowest of each byte first. */
class Validity {
  readonly bits: Uint8Array;
  nulls: number;

  constructor(rows: number) {
    this.bits = new Uint8Array(Math.ceil(rows / 8));
    this.nulls = rows;
  }

  add(row: number): void {
    this.bits[row >> 3]! |= 1 << (row & 7);
    this.nulls--;
  }

  addRange(from: number, to: number): void {
    for (let row = from; row < to; row++) this.add(row);
  }
}
