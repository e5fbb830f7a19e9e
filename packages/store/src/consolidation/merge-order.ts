import { Growing } from './growing.ts';
import { SortKeys } from './sort-keys.ts';
import type { PageReader } from '../read/page-reader.ts';
import { sortKey } from './sort-key.ts';
import { isText } from '../read/source-columns.ts';
import type { SourceFile } from '../read/source-file.ts';

/** Where the rows of the merged file come from: stretches of neighbouring rows of one source, in the order of the file. */
export class Pieces {
  rows = 0;
  readonly #sources = new Growing();
  readonly #firsts = new Growing();
  readonly #lengths = new Growing();

  get length(): number {
    return this.#sources.length;
  }

  source(index: number): number {
    return this.#sources.at(index);
  }

  /** Row of the source at which it starts. */
  first(index: number): number {
    return this.#firsts.at(index);
  }

  rowsOf(index: number): number {
    return this.#lengths.at(index);
  }

  add(source: number, first: number, rows: number): void {
    this.#sources.push(source);
    this.#firsts.push(first);
    this.#lengths.push(rows);
    this.rows += rows;
  }
}

/** Neighbouring rows of one file with the same key. */
class Runs {
  readonly key = new Growing();
  readonly source = new Growing();
  readonly first = new Growing();
  readonly rows = new Growing();
  /** Microseconds since the Unix epoch: the earliest and the latest row. */
  readonly from = new Growing();
  readonly to = new Growing();
  /** 1 where a row is earlier than the one before it. */
  readonly backwards = new Growing();

  get length(): number {
    return this.key.length;
  }
}

/**
 * Decides the order of the rows of several files: by key, then time, rows of one time as the files are listed. Only keys and
 * times are read. The rows of a key nearly always follow each other from file to file; only where they do not, because the
 * clock was set back or two recorders overlapped, are rows compared one by one.
 * @throws Unusable when a source cannot be read
 */
export function* orderRows(sources: readonly SourceFile[], reader: PageReader): Generator<void, Pieces> {
  const names = keyOf(sources);
  const keys = new SortKeys(names.map((name) => isTextIn(sources, name)));
  const runs = new Runs();
  for (const [index, source] of sources.entries()) {
    for (const group of source.groups) {
      addRuns(runs, keys, index, source, reader, names, group.first, group.rows);
      yield;
    }
  }
  return yield* placeRuns(runs, keys.places(), sources, reader);
}

/** Of all sources together, in the order in which sources name them. */
function keyOf(sources: readonly SourceFile[]): string[] {
  const has = (name: string): number => (sources.some((source) => source.indexOf(name) >= 0) ? 0 : -1);
  return sortKey({ indexOf: has, metadata: sources[0]!.metadata });
}

function isTextIn(sources: readonly SourceFile[], name: string): boolean {
  const source = sources.find((one) => one.indexOf(name) >= 0);
  return source !== undefined && isText(source.columns[source.indexOf(name)]!);
}

/** A column's values in rows `first` to `first + rows`, texts by their number; 0 where there is none. */
function valuesOf(
  source: SourceFile,
  reader: PageReader,
  keys: SortKeys,
  name: string,
  first: number,
  rows: number,
): Float64Array {
  const values = new Float64Array(rows);
  const index = source.indexOf(name);
  if (index < 0) return values;
  if (isText(source.columns[index]!)) {
    reader.texts(source, index, first, first + rows, (page) => {
      const numbers = page.dictionary.map((text) => keys.text(text));
      for (let row = 0; row < page.rows; row++) {
        const at = page.first + row - first;
        if (at >= 0 && at < rows && page.codes[row]! >= 0) values[at] = numbers[page.codes[row]!]!;
      }
    });
  } else {
    reader.numbers(source, index, first, first + rows, ({ first: start, rows: count, levels, words }) => {
      for (let row = 0; row < count; row++) {
        const at = start + row - first;
        if (at < 0 || at >= rows || (levels !== null && levels[row] === 0)) continue;
        values[at] = words[row * 2 + 1]! * 4294967296 + (words[row * 2]! >>> 0);
      }
    });
  }
  return values;
}

function addRuns(
  runs: Runs,
  keys: SortKeys,
  index: number,
  source: SourceFile,
  reader: PageReader,
  names: readonly string[],
  first: number,
  rows: number,
): void {
  const times = valuesOf(source, reader, keys, 'time', first, rows);
  const parts = names.map((name) => valuesOf(source, reader, keys, name, first, rows));
  for (let start = 0; start < rows;) {
    let from = times[start]!;
    let to = from;
    let backwards = 0;
    let end = start + 1;
    for (; end < rows && isSame(parts, start, end); end++) {
      const time = times[end]!;
      if (time < to) backwards = 1;
      if (time > to) to = time;
      if (time < from) from = time;
    }
    runs.key.push(keys.key(parts, start));
    runs.source.push(index);
    runs.first.push(first + start);
    runs.rows.push(end - start);
    runs.from.push(from);
    runs.to.push(to);
    runs.backwards.push(backwards);
    start = end;
  }
}

function isSame(parts: readonly Float64Array[], a: number, b: number): boolean {
  for (const values of parts) if (values[a] !== values[b]) return false;
  return true;
}

function* placeRuns(
  runs: Runs,
  places: Float64Array,
  sources: readonly SourceFile[],
  reader: PageReader,
): Generator<void, Pieces> {
  const order = Float64Array.from({ length: runs.length }, (_, run) => run).sort(
    (a, b) =>
      places[runs.key.at(a)]! - places[runs.key.at(b)]! ||
      runs.from.at(a) - runs.from.at(b) ||
      // Runs were found source after source.
      a - b,
  );
  const pieces = new Pieces();
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    let inOrder = runs.backwards.at(order[start]!) === 0;
    for (; end < order.length && runs.key.at(order[end]!) === runs.key.at(order[start]!); end++) {
      if (!follows(runs, order[end - 1]!, order[end]!)) inOrder = false;
    }
    const same = order.subarray(start, end);
    if (inOrder) for (const run of same) pieces.add(runs.source.at(run), runs.first.at(run), runs.rows.at(run));
    else {
      placeRows(pieces, runs, same, sources, reader);
      yield;
    }
    start = end;
  }
  return pieces;
}

/** True when every row of a run comes after those of another one: later, or at the same time in a file listed later. */
function follows(runs: Runs, before: number, after: number): boolean {
  const gap = runs.from.at(after) - runs.to.at(before);
  return runs.backwards.at(after) === 0 && (gap > 0 || (gap === 0 && after > before));
}

/** Sorts the rows of one key by time. */
function placeRows(
  pieces: Pieces,
  runs: Runs,
  same: Float64Array,
  sources: readonly SourceFile[],
  reader: PageReader,
): void {
  const total = same.reduce((sum, run) => sum + runs.rows.at(run), 0);
  const times = new Float64Array(total);
  const source = new Uint32Array(total);
  const row = new Float64Array(total);
  let at = 0;
  // As the sources are listed: that is the order of rows of one time.
  for (const run of same.toSorted((a, b) => a - b)) {
    const first = runs.first.at(run);
    const rows = runs.rows.at(run);
    times.set(valuesOf(sources[runs.source.at(run)]!, reader, NO_KEYS, 'time', first, rows), at);
    source.fill(runs.source.at(run), at, at + rows);
    for (let index = 0; index < rows; index++) row[at + index] = first + index;
    at += rows;
  }
  const order = Uint32Array.from(times, (_, index) => index).sort((a, b) => times[a]! - times[b]! || a - b);
  for (let start = 0; start < total;) {
    let end = start + 1;
    const from = order[start]!;
    while (end < total && source[order[end]!] === source[from] && row[order[end]!] === row[from]! + end - start) end++;
    pieces.add(source[from]!, row[from]!, end - start);
    start = end;
  }
}

/** Times are no texts. */
const NO_KEYS = new SortKeys([]);
