import type { Stretch, TablePart } from './table-part.ts';

/** What is wanted of the rows of a table. */
export interface ScanRequest {
  /** Columns of numbers to read. */
  readonly columns: readonly string[];
  /** Ids of containers, in their order by bytes; null for all. */
  readonly containers: readonly string[] | null;
  /** Milliseconds since the Unix epoch; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Columns, numbers or texts, that tell rows of one container apart: what is handed over is alike in them. */
  readonly keys: readonly string[];
}

/** Rows of one thing, in the order of time. Its arrays are those of a larger piece: what is to be kept must be copied. */
export interface Piece {
  readonly container: string;
  /** The values of the request's keys, as texts; null where there is none. */
  readonly keys: readonly (string | null)[];
  /** Where its rows stand in the part. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the Unix epoch of each row. */
  readonly times: Float64Array;
  /** Of each requested column; NaN for no value. */
  readonly values: readonly Float64Array[];
}

/**
 * Hands over the wanted rows of a part, container by container. Rows of one thing may come in more than one piece, in their order.
 * @returns how many rows that were
 * @throws Unusable when the part cannot be read
 */
export function scanPart(part: TablePart, request: ScanRequest, take: (piece: Piece) => void): number {
  const wanted = request.containers === null ? null : new Set(request.containers);
  let rows = 0;
  for (let group = 0; group < part.groups.length; group++) {
    if (!part.mayHave(group, request.from, request.to)) continue;
    const all = part.stretches(group, request.containers);
    const stretches = wanted === null ? all : all.filter(({ container }) => wanted.has(container));
    if (stretches.length > 0) rows += scanStretches(part, stretches, request, take);
  }
  return rows;
}

function scanStretches(
  part: TablePart,
  stretches: readonly Stretch[],
  request: ScanRequest,
  take: (piece: Piece) => void,
): number {
  let rows = 0;
  const first = stretches[0]!.from;
  const end = stretches.at(-1)!.to;
  const rowsRead = end - first;
  const times = toMilliseconds(part.numbers('time', first, end, scratchFor(0, rowsRead)), scratchFor(1, rowsRead));
  const keys = request.keys.map((key) => keyColumn(part, key, first, end));
  const values = request.columns.map((column, at) => part.numbers(column, first, end, scratchFor(2 + at, rowsRead)));
  for (const { container, from, to } of stretches) {
    for (let start = from; start < to;) {
      let next = keys.length === 0 ? to : start + 1;
      while (next < to && keys.every((key) => key.alike(start - first, next - first))) next++;
      takeRows(container, start, next);
      start = next;
    }
  }
  return rows;

  function takeRows(container: string, start: number, next: number): void {
    const low = lowerBound(times, start - first, next - first, request.from);
    const high = lowerBound(times, low, next - first, request.to);
    if (low >= high) return;
    rows += high - low;
    take({
      container,
      keys: keys.map((key) => key.textAt(low)),
      from: first + low,
      to: first + high,
      times: times.subarray(low, high),
      values: values.map((column) => column.subarray(low, high)),
    });
  }
}

/** A loop and no call for each row: questions are asked of processes that have just been started, whose calls are slow. */
function toMilliseconds(usec: Float64Array, into: Float64Array): Float64Array {
  const times = into.subarray(0, usec.length);
  for (let at = 0; at < times.length; at++) times[at] = usec[at]! / 1000;
  return times;
}

/** Arrays that each scan uses again: a day of 100 containers would leave hundreds of MiB for V8 to collect. Of so many columns at most. */
const MOST_SCRATCH = 6;
/** Twice what a recorder puts into a row group. */
const MOST_SCRATCH_ROWS = 1 << 18;
const scratch: Float64Array[] = [];

function scratchFor(place: number, rows: number): Float64Array {
  const kept = scratch[place];
  if (kept !== undefined && kept.length >= rows) return kept;
  const made = new Float64Array(rows);
  if (place < MOST_SCRATCH && rows <= MOST_SCRATCH_ROWS) scratch[place] = made;
  return made;
}

interface KeyColumn {
  alike(left: number, right: number): boolean;
  textAt(row: number): string | null;
}

function keyColumn(part: TablePart, name: string, from: number, to: number): KeyColumn {
  const type = part.columns.find((column) => column.name === name)?.type;
  if (type === 'utf8' || type === 'enum') {
    const { codes, dictionary } = part.texts(name, from, to);
    const text = (row: number): string | null => dictionary[codes[row]!] ?? null;
    return {
      alike: (left, right) => codes[left] === codes[right] || text(left) === text(right),
      textAt: text,
    };
  }
  const values = part.numbers(name, from, to);
  return {
    alike: (left, right) => Object.is(values[left], values[right]),
    textAt: (row) => (Number.isNaN(values[row]!) ? null : String(values[row]!)),
  };
}

/** The first of the rows from..to whose time is not before `time`. */
function lowerBound(times: Float64Array, from: number, to: number, time: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
