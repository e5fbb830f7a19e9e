import { isMeasured, type Figure, type Measured, type Reference } from './figure.ts';
import { short } from './statistics.ts';

/** The figures of one benchmark. */
export interface Section {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** A terminal's, or a page's, width. A name or a value that is longer than its column moves what is behind it. */
const WIDTH = 120;
const INDENT = '  ';
const GAP = '  ';
const HEAD = ['', 'median', 'p10 … p90', 'runs', 'against'] as const;

/** All figures as one table, a block for each benchmark: lines of at most 120 columns, as far as names and values allow. */
export function tableOf(sections: readonly Section[]): string[] {
  const rows = sections.flatMap(({ figures }) => figures.filter(isMeasured).map(cells));
  const wide = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const names = sections.flatMap(({ figures }) => figures.map(({ name }) => name.length));
  wide[0] = Math.max(0, ...names);
  const lines = rows.length === 0 ? [] : [aligned([...HEAD], wide)];
  for (const { name, figures } of sections) {
    if (name !== '') lines.push(name);
    for (const figure of figures) lines.push(...linesOf(figure, wide));
  }
  return lines;
}

export function printTable(sections: readonly Section[]): void {
  for (const line of tableOf(sections)) console.log(line);
}

function cells({ name, unit, median, spread, runs, reference }: Measured): string[] {
  const range = runs === 1 ? '' : `${short(spread.p10)} … ${short(spread.p90)}`;
  return [name, `${short(median)} ${unit}`, range, `${runs}`, reference ? ratioOf(reference) : ''];
}

function ratioOf({ name, ratio, aim }: Reference): string {
  const wanted = aim === undefined ? '' : ` (aim ${aim.toFixed(2)})`;
  return `${ratioText(ratio)} × ${name}${wanted}`;
}

/** Two decimals tell 1.10 from 1.14; what is a tenth or less needs digits, not decimals. */
export function ratioText(ratio: number): string {
  return ratio < 0.1 ? `${Number(ratio.toPrecision(2))}` : ratio < 100 ? ratio.toFixed(2) : short(ratio);
}

function linesOf(figure: Figure, wide: readonly number[]): string[] {
  if (isMeasured(figure)) return [aligned(cells(figure), wide), ...noteLines(figure.note)];
  const line = `${INDENT}${figure.name.padEnd(wide[0]!)}${GAP}${figure.value}`;
  const { note = '' } = figure;
  if (line.length + GAP.length + note.length <= WIDTH) return [`${line}${GAP}${note}`.trimEnd()];
  return [line, ...noteLines(note)];
}

/** The name and the last cell begin their columns, the numbers between end them. */
function aligned(row: readonly string[], wide: readonly number[]): string {
  const last = row.length - 1;
  const padded = row.map((cell, at) =>
    at === last ? cell : at === 0 ? cell.padEnd(wide[at]!) : cell.padStart(wide[at]!),
  );
  return `${INDENT}${padded.join(GAP)}`.trimEnd();
}

/** Below the figure, further in than any name. */
function noteLines(note: string | undefined): string[] {
  if (note === undefined || note === '') return [];
  const before = INDENT.repeat(4);
  const lines: string[] = [];
  let line = before;
  for (const word of note.split(' ')) {
    if (line !== before && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = before;
    }
    line += line === before ? word : ` ${word}`;
  }
  return [...lines, line];
}
