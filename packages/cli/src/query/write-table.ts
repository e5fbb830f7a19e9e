import type { DuckDBValue } from '@duckdb/node-api';
import { plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';
import { cutEnd, pad, printable, widthOf } from '../text/width.ts';
import { cellText, isNumeric } from './cell.ts';
import type { QueryResult, Write } from './result.ts';

/** Columns are as wide as these first rows ask for; what comes later is cut to that. */
const MEASURED_ROWS = 1000;
const GAP = '  ';
/** No column is made narrower than this: rather each row is written as a block of lines. */
const LEAST_CELLS = 6;
const MOST_CELLS = 120;

type Row = readonly DuckDBValue[];

interface Shape {
  readonly cells: readonly number[];
  readonly right: readonly boolean[];
}

function text(value: DuckDBValue): string {
  return value === null ? 'null' : printable(cellText(value));
}

/** Takes cells from the widest columns until all fit; undefined when they cannot. */
export function fit(cells: readonly number[], width: number): number[] | undefined {
  const fitted = cells.map((wanted) => Math.min(wanted, MOST_CELLS));
  let excess = fitted.reduce((sum, each) => sum + each, 0) + GAP.length * (cells.length - 1) - width;
  while (excess > 0) {
    const widest = Math.max(...fitted);
    if (widest <= LEAST_CELLS) return undefined;
    const next = Math.max(LEAST_CELLS, ...fitted.filter((each) => each < widest));
    const index = fitted.indexOf(widest);
    const step = Math.min(excess, widest - next || 1);
    fitted[index] = widest - step;
    excess -= step;
  }
  return fitted;
}

function shapeOf(columns: readonly string[], rows: readonly Row[], width: number | undefined): Shape | undefined {
  const natural = columns.map((name, index) =>
    Math.max(widthOf(name), ...rows.map((row) => widthOf(text(row[index]!)))),
  );
  const cells = width === undefined ? natural : fit(natural, width);
  const right = columns.map((_, index) => rows.some((row) => isNumeric(row[index]!)));
  return cells && { cells, right };
}

function tableLine(texts: readonly string[], { cells, right }: Shape): string {
  const parts = texts.map((each, index) =>
    pad(cutEnd(each, cells[index]!), cells[index]!, right[index] ? 'right' : 'left'),
  );
  return parts.join(GAP).trimEnd();
}

/** Some rows, with no more columns than fit: a block of `name  value` lines for each. */
function blockLines(columns: readonly string[], row: Row, number: number, width: number, style: Style): string[] {
  const names = Math.max(...columns.map(widthOf));
  const values = Math.max(LEAST_CELLS, width - names - GAP.length);
  return [
    style.faint(`row ${number}`),
    ...columns.map((name, index) => pad(name, names) + GAP + cutEnd(text(row[index]!), values)),
  ];
}

async function* splitFirst(batches: QueryResult['batches'], first: Row[]): AsyncGenerator<readonly Row[]> {
  const iterator = batches[Symbol.asyncIterator]();
  let step = await iterator.next();
  while (!step.done && first.length < MEASURED_ROWS) {
    first.push(...step.value);
    step = await iterator.next();
  }
  yield first;
  for (; !step.done; step = await iterator.next()) yield step.value;
}

/**
 * A table with a line per row, or, where the columns do not fit the width, a block of lines per row.
 *
 * @param width of the terminal; undefined where there is none and lines may be of any length
 */
export async function writeTable(
  result: QueryResult,
  write: Write,
  width: number | undefined,
  style: Style,
): Promise<void> {
  const { columns } = result;
  const first: Row[] = [];
  let shape: Shape | undefined;
  let count = 0;
  for await (const rows of splitFirst(result.batches, first)) {
    if (count === 0) {
      shape = shapeOf(columns, rows, width);
      if (shape) await write(`${style.strong(tableLine(columns, shape))}\n`);
    }
    const lines = rows.flatMap((row, index) =>
      shape ? [tableLine(row.map(text), shape)] : blockLines(columns, row, count + index + 1, width!, style),
    );
    count += rows.length;
    if (lines.length > 0) await write(`${lines.join('\n')}\n`);
  }
  await write(`${style.faint(`(${plural(count, 'row')})`)}\n`);
}
