import { formatBytes, formatCount, formatPercent, plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';
import { textTable } from '../text/text-table.ts';
import { cutEnd, printable } from '../text/width.ts';
import type { DirectorySummary } from './directory-summary.ts';
import type { ColumnSummary, FileSummary } from './file-summary.ts';

const MOST_CELLS = 40;
const NOTHING = '–';

function cell(text: string | null): string {
  return text === null ? NOTHING : cutEnd(printable(text), MOST_CELLS);
}

/** Long fractions say nothing that a person looks for here; --json has them. */
function extreme({ type }: ColumnSummary, text: string | null): string {
  return text !== null && type === 'DOUBLE' ? String(Number(Number(text).toPrecision(6))) : cell(text);
}

function headed(lines: readonly string[], style: Style): string[] {
  const [heading, ...rest] = lines;
  return [style.strong(heading!), ...rest];
}

function columnTable({ columns, rows }: FileSummary, style: Style): string[] {
  const table = textTable(
    [
      { heading: 'COLUMN' },
      { heading: 'TYPE' },
      { heading: 'KIND' },
      { heading: 'UNIT' },
      { heading: 'NULL', align: 'right' },
      { heading: 'MIN', align: 'right' },
      { heading: 'MAX', align: 'right' },
      { heading: 'BYTES', align: 'right' },
    ],
    columns.map((column) => [
      column.name,
      column.type === 'TIMESTAMP WITH TIME ZONE' ? 'TIMESTAMPTZ' : column.type,
      cell(column.kind),
      cell(column.unit),
      rows === 0 ? NOTHING : formatPercent((column.nulls / rows) * 100),
      extreme(column, column.min),
      extreme(column, column.max),
      formatCount(column.bytes),
    ]),
  );
  return headed(table, style);
}

/** A line per run whose windows a consolidated file was made of. */
function sourceTable({ madeOf }: FileSummary): string[] {
  return textTable(
    [
      { heading: 'MADE OF' },
      { heading: 'WINDOWS', align: 'right' },
      { heading: 'FROM' },
      { heading: 'TO' },
      { heading: 'RECORDER' },
      { heading: 'KERNEL' },
    ],
    madeOf.map((run) => [
      cell(run.run_id),
      run.segments.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', '),
      run.window_start,
      run.window_end,
      cell(run.recorder_version),
      cell(run.kernel_release),
    ]),
  );
}

/** A file's facts and a line per column. */
export function fileLines(file: FileSummary, style: Style): string[] {
  const perValue = file.bytesPerValue === null ? '' : `, ${file.bytesPerValue.toFixed(3)} bytes each`;
  return [
    style.strong(file.path),
    `${plural(file.rows, 'row')} in ${plural(file.rowGroups, 'row group')}, from ${file.earliest ?? NOTHING} to ${file.latest ?? NOTHING}`,
    `${formatBytes(file.bytes)} (${file.compression.join(', ')}), ${plural(file.values, 'value')}${perValue}`,
    '',
    ...textTable(
      [{ heading: 'METADATA' }, { heading: '' }],
      Object.entries(file.metadata).map(([key, value]) => [key, cell(value)]),
    ),
    '',
    ...(file.madeOf.length === 0 ? [] : [...headed(sourceTable(file), style), '']),
    ...columnTable(file, style),
  ];
}

function tableLines({ tables }: DirectorySummary, style: Style): string[] {
  const columns = [
    { heading: 'TABLE' },
    { heading: 'FILES', align: 'right' },
    { heading: 'ROWS', align: 'right' },
    { heading: 'SIZE', align: 'right' },
    { heading: 'BYTES/ROW', align: 'right' },
  ] as const;
  const rows = tables.map(({ table, files, rows: count, bytes }) => [
    table,
    formatCount(files),
    formatCount(count),
    formatBytes(bytes),
    count === 0 ? NOTHING : formatCount(bytes / count),
  ]);
  return headed(textTable(columns, rows), style);
}

function containerLines({ containers }: DirectorySummary, style: Style): string[] {
  const columns = [
    { heading: 'SCOPE' },
    { heading: 'NAMESPACE' },
    { heading: 'POD' },
    { heading: 'CONTAINER' },
    { heading: 'ID' },
    { heading: 'FIRST ROW' },
    { heading: 'LAST ROW' },
    { heading: 'ROWS', align: 'right' },
  ] as const;
  const rows = containers.map((each) => [
    cell(each.scope),
    cell(each.namespace),
    cell(each.pod),
    cell(each.container),
    /^[0-9a-f]{64}$/.test(each.containerId) ? each.containerId.slice(0, 12) : cell(each.containerId),
    each.first,
    each.last,
    formatCount(each.rows),
  ]);
  return headed(textTable(columns, rows), style);
}

/** A directory's facts, its tables, and whom it has rows of. */
export function directoryLines(summary: DirectorySummary, style: Style): string[] {
  const { path, earliest, latest, bytes, identifiers, runs, openWindows, containers, broken } = summary;
  return [
    style.strong(path),
    earliest === null ? 'no closed file has rows of containers yet' : `from ${earliest} to ${latest}`,
    `${formatBytes(bytes)}, ${plural(runs.length, 'run')} of ${identifiers.join(', ') || NOTHING}`,
    ...openWindows.map(
      (window) => `open window since ${window.openedAt}: ${formatBytes(window.bytes)} in ${window.path}`,
    ),
    ...broken.map(({ path: file, problem }) => style.alarm(`cannot be read: ${file}: ${problem}`)),
    '',
    ...tableLines(summary, style),
    ...(containers.length === 0 ? [] : ['', ...containerLines(summary, style)]),
  ];
}
