import { BENCHMARKS, PARSERS } from './benchmarks.ts';
import type { Effort } from './effort.ts';
import { isMeasured, type Figure, type Measured, type Reference } from './figure.ts';
import type { Machine } from './machine.ts';
import { short } from './statistics.ts';
import { ratioText } from './table.ts';

/** What a benchmark leaves in bench/out/NAME.json, as far as it is shown. */
export interface Result {
  readonly at: string;
  readonly effort: Effort;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

export type Results = ReadonlyMap<string, Result>;

/*
 * Tables of figures in a page are between two comments; what is between them is replaced:
 *
 *     <!-- figures query -->          of a benchmark
 *     <!-- figures peers notes -->    with what is said of each figure, as a list
 *     <!-- figures parsers -->        of all parsers, a line for each sample
 *     <!-- figures aims -->           all that something was wanted of
 *     <!-- end of figures -->
 */
const BLOCK = /<!-- figures ([\w-]+)( notes)? -->\n(.*?)<!-- end of figures -->/gs;
const OPENING = /<!-- figures\b/g;
const HEAD = '| figure | median | p10 … p90 | runs | against |\n| --- | ---: | ---: | ---: | --- |';

/** The names that the page asks for. @throws RangeError when one of them is no benchmark, or a block is not closed */
export function blocksOf(page: string): string[] {
  const names = [...page.matchAll(BLOCK)].map(([, name]) => name!);
  if (names.length !== [...page.matchAll(OPENING)].length) throw new RangeError('a block of figures is not closed');
  const unknown = names.filter((name) => !(name in BENCHMARKS || name === 'parsers' || name === 'aims'));
  if (unknown.length > 0) throw new RangeError(`no benchmark ${unknown.join(', ')}`);
  return names;
}

/** The page with new figures. Blocks of what was not measured stay as they are. */
export function withFigures(page: string, results: Results): string {
  blocksOf(page);
  return page.replaceAll(BLOCK, (block, name: string, notes: string | undefined) => {
    const body = bodyOf(name, notes !== undefined, results);
    return body === null ? block : `<!-- figures ${name}${notes ?? ''} -->\n\n${body}\n\n<!-- end of figures -->`;
  });
}

function bodyOf(name: string, notes: boolean, results: Results): string | null {
  if (name === 'aims') return results.size === 0 ? null : aimsTable(results);
  if (name === 'parsers') return parsersTable(results);
  const result = results.get(name);
  if (result === undefined) return null;
  const table = [HEAD, ...result.figures.map(row)].join('\n');
  return [captionOf(result), table, ...(notes ? [notesOf(result.figures)] : [])].join('\n\n');
}

function captionOf({ at, effort, machine }: Result): string {
  const effortText = effort === 'full' ? '' : `, \`--${effort}\``;
  const { cpu, cpus, virtual, kernel, node, loadAverage } = machine;
  const [load] = loadAverage.split(' ');
  return `${at.slice(0, 10)}${effortText}: ${cpus} CPUs (${cpu}${virtual ? ', virtual' : ''}), Linux ${kernel}, Node.js ${node}, load ${load}.`;
}

function row(figure: Figure): string {
  if (!isMeasured(figure)) return line([figure.name, figure.value, '', '', figure.note ?? '']);
  const { name, spread, runs, reference } = figure;
  const range = runs === 1 ? '' : `${short(spread.p10)} … ${short(spread.p90)}`;
  return line([
    name,
    valueOf(figure),
    range,
    `${runs}`,
    reference ? `${ratioText(reference.ratio)} × ${reference.name}` : '',
  ]);
}

function valueOf({ median, unit }: Measured): string {
  return `${short(median)} ${unit}`.trimEnd();
}

function notesOf(figures: readonly Figure[]): string {
  const measured = figures.filter(isMeasured).filter(({ note }) => note !== undefined);
  return measured.map(({ name, note }) => `- ${escaped(name)}: ${escaped(note!)}`).join('\n');
}

/** A line for each sample: the three figures of a parser are one thing to a reader. */
function parsersTable(results: Results): string | null {
  const rows = Object.keys(PARSERS).flatMap((name) => {
    const figures = results.get(name)?.figures.filter(isMeasured) ?? [];
    return figures.filter((one) => one.name.endsWith('time')).map((time) => parserRow(name, time, figures));
  });
  if (rows.length === 0) return null;
  const head = '| kernel file | a record | against | speed | the same in C | allocated a call |';
  const any = results.get(Object.keys(PARSERS).find((name) => results.has(name))!)!;
  return [captionOf(any), [head, '| --- | ---: | --- | ---: | ---: | ---: |', ...rows].join('\n')].join('\n\n');
}

function parserRow(benchmark: string, time: Measured, figures: readonly Measured[]): string {
  const prefix = time.name.slice(0, -'time'.length);
  const other = (name: string): Measured | undefined => figures.find((one) => one.name === `${prefix}${name}`);
  const [speed, allocated] = [other('throughput'), other('allocated')];
  const sample = prefix === '' ? benchmark : `${benchmark}: ${prefix.replace(/, $/, '')}`;
  const against = time.reference ? `${ratioText(time.reference.ratio)} × ${time.reference.name}` : '';
  const inC = speed?.reference ? `${ratioText(speed.reference.ratio)} × as fast` : '';
  return line([
    sample,
    valueOf(time),
    against,
    speed ? valueOf(speed) : '',
    inC,
    allocated ? short(allocated.median) : '',
  ]);
}

/** All that was wanted, and whether it was reached. */
function aimsTable(results: Results): string {
  const rows = Object.keys(BENCHMARKS).flatMap((name) => {
    const figures = results.get(name)?.figures.filter(isMeasured) ?? [];
    return figures.flatMap((figure) =>
      figure.reference?.aim === undefined ? [] : [aimRow(name, figure, figure.reference)],
    );
  });
  const head = '| benchmark | figure | measured | against | wanted | |\n| --- | --- | ---: | --- | --- | --- |';
  return [head, ...rows].join('\n');
}

function aimRow(benchmark: string, figure: Measured, { name, ratio, aim }: Reference): string {
  const wanted = `at ${figure.higherIsBetter ? 'least' : 'most'} ${ratioText(aim!)} ×`;
  const reached = figure.higherIsBetter ? ratio >= aim! : ratio <= aim!;
  const against = `${ratioText(ratio)} × ${name}`;
  return line([benchmark, figure.name, valueOf(figure), against, wanted, reached ? 'reached' : '**missed**']);
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => (cell.startsWith('**') ? cell : escaped(cell))).join(' | ')} |`;
}

/** Numbers and names are text, whatever Markdown makes of their letters. */
function escaped(text: string): string {
  return text.replaceAll(/[\\|<*_]/g, (letter) => `\\${letter}`);
}
