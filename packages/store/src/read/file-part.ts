import type { Column } from '@fgm/catalog';
import type { RowGroup } from './file-places.ts';
import { PageReader } from './page-reader.ts';
import { type SourceFile, unusable } from './source-file.ts';
import { stretchesOf } from './stretches.ts';
import type { Stretch, TablePart, TextColumn } from './table-part.ts';

const TWO_32 = 4294967296;
const NO_STRETCHES: readonly Stretch[] = [];
const NOTHING = new Float64Array(0);
/** Its buffers are as large as the largest column that was read: one for all files. */
const reader = new PageReader();

/** A closed file, open for reading. What it found out of the file is kept for the next time. */
export class FilePart implements TablePart {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  /** Of its footer, with the fgm.* keys. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly #source: SourceFile;
  readonly #stretches: (readonly Stretch[] | undefined)[] = [];

  constructor(source: SourceFile) {
    this.#source = source;
    this.metadata = source.metadata;
    this.table = source.metadata.get('fgm.table') ?? '';
    this.columns = source.columns;
    this.rows = source.rows;
    this.groups = source.groups;
  }

  has(column: string): boolean {
    return this.#source.indexOf(column) >= 0;
  }

  stretches(group: number, wanted: readonly string[] | null): readonly Stretch[] {
    const known = this.#stretches[group];
    if (known !== undefined) return known;
    if (wanted !== null && !this.#mayHaveOne(group, wanted)) return NO_STRETCHES;
    const { first, rows } = this.groups[group]!;
    return (this.#stretches[group] = stretchesOf(this.texts('container_id', first, first + rows), first, rows));
  }

  mayHave(group: number, from: number, to: number): boolean {
    const extremes = this.#source.extremes(group, 'time');
    if (extremes?.lowest.length !== 8 || extremes.highest.length !== 8) return true;
    return usecOf(extremes.lowest) / 1000 < to && usecOf(extremes.highest) / 1000 >= from;
  }

  /** Texts compare by their bytes; longer ones than statistics hold are not told. */
  #mayHaveOne(group: number, wanted: readonly string[]): boolean {
    const extremes = this.#source.extremes(group, 'container_id');
    if (extremes === null) return true;
    return wanted.some((id) => {
      const bytes = Buffer.from(id);
      return Buffer.compare(bytes, extremes.lowest) >= 0 && Buffer.compare(bytes, extremes.highest) <= 0;
    });
  }

  numbers(column: string, from: number, to: number, into: Float64Array = NOTHING): Float64Array {
    const values = into.length < to - from ? new Float64Array(to - from) : into.subarray(0, to - from);
    values.fill(NaN);
    const index = this.#source.indexOf(column);
    if (index < 0) return values;
    const isDouble = this.columns[index]!.type === 'double';
    readable(() =>
      reader.numbers(this.#source, index, from, to, ({ first, rows, levels, words }) => {
        const doubles = isDouble ? new Float64Array(words.buffer, words.byteOffset, rows) : null;
        const end = Math.min(first + rows, to);
        for (let row = Math.max(first, from); row < end; row++) {
          const at = row - first;
          if (levels !== null && levels[at] === 0) continue;
          values[row - from] = doubles === null ? words[at * 2 + 1]! * TWO_32 + (words[at * 2]! >>> 0) : doubles[at]!;
        }
      }),
    );
    return values;
  }

  texts(column: string, from: number, to: number): TextColumn {
    const codes = new Int32Array(to - from).fill(-1);
    const dictionary: string[] = [];
    const index = this.#source.indexOf(column);
    if (index < 0) return { codes, dictionary };
    readable(() =>
      reader.texts(this.#source, index, from, to, (page) => {
        const base = dictionary.length;
        for (const text of page.dictionary) dictionary.push(Buffer.from(text).toString());
        const end = Math.min(page.first + page.rows, to);
        for (let row = Math.max(page.first, from); row < end; row++) {
          const code = page.codes[row - page.first]!;
          if (code >= 0) codes[row - from] = base + code;
        }
      }),
    );
    return { codes, dictionary };
  }

  close(): void {
    this.#source.close();
  }
}

/** Whatever finds that pages are not what they should be: decompression, the runs in them, this reader. @throws Unusable */
function readable(read: () => void): void {
  try {
    read();
  } catch (cause) {
    throw unusable(cause, 'has pages that cannot be read');
  }
}

/** Of a statistic: INT64, little-endian. */
function usecOf(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
}
