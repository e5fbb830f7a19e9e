import type { LiveProcess, LiveRow, LiveSnapshot, SelfCost } from '@fgm/agent';
import { formatDuration } from '@fgm/agent/config';
import { formatBytes, formatCount, formatPercent, formatSpan, plural } from '../text/quantity.ts';
import type { Style } from '../text/style.ts';
import { cutEnd, cutMiddle, pad, printable, widthOf } from '../text/width.ts';
import { columnsFor, GAP, LIVE_COLUMNS, PROCESS_COLUMNS } from './columns.ts';
import type { LiveColumn } from './columns.ts';

/** What is on the screen besides the figures. */
export interface LiveView {
  /** Null until the first tick. */
  readonly snapshot: LiveSnapshot | null;
  readonly directory: string;
  /** The recorder's HTTP address; null when it serves none. */
  readonly url: string | null;
  /** Where the page is served; null while it is not. */
  readonly page: string | null;
  /** The last warning that was logged, while it is news. */
  readonly notice: string | null;
  readonly stopping: boolean;
}

const SEPARATOR = ' · ';
const UNKNOWN = '–';

/** `namespace/pod/container` as far as it is known. */
export function liveName(row: LiveRow): string {
  const parts = [row.namespace, row.pod, row.name].filter((part) => part !== null && part !== '');
  const name = printable(parts.join('/'));
  return row.scope === 'sandbox' ? `${name} (sandbox)` : name;
}

/** By CPU, then memory, largest first; what is unknown comes last. */
function byUse(a: LiveRow, b: LiveRow): number {
  const cpu = (b.cpuMillicores ?? -1) - (a.cpuMillicores ?? -1);
  const memory = (b.memoryBytes ?? -1) - (a.memoryBytes ?? -1);
  return cpu || memory || (liveName(a) < liveName(b) ? -1 : 1);
}

function tableLine<Row>(
  columns: readonly LiveColumn<Row>[],
  name: string,
  texts: readonly string[],
  width: number,
): string {
  const right = columns.map((column, index) => ' '.repeat(GAP) + pad(texts[index]!, column.cells, 'right')).join('');
  const cells = width - columns.reduce((sum, column) => sum + column.cells + GAP, 0);
  return pad(cutMiddle(name, cells), cells) + right;
}

function rowLine<Row>(
  columns: readonly LiveColumn<Row>[],
  row: Row,
  name: string,
  width: number,
  style: Style,
): string {
  const cells = width - columns.reduce((sum, column) => sum + column.cells + GAP, 0);
  const right = columns.map((column) => {
    const emphasis = column.emphasis?.(row) ?? null;
    const text = pad(cutEnd(column.text(row) ?? UNKNOWN, column.cells), column.cells, 'right');
    return ' '.repeat(GAP) + (emphasis ? style[emphasis](text) : text);
  });
  return pad(cutMiddle(name, cells), cells) + right.join('');
}

/** Name of one, name of many. */
const SCOPES: readonly (readonly [string, string])[] = [
  ['container', 'containers'],
  ['sandbox', 'sandboxes'],
  ['service', 'services'],
  ['host', 'hosts'],
];

/** `3 containers, 12 services, the host`. */
export function countScopes(rows: readonly LiveRow[]): string {
  const parts = SCOPES.flatMap(([scope, many]) => {
    const count = rows.filter((row) => row.scope === scope).length;
    if (count === 0) return [];
    // There is one host, and nothing to count.
    return scope === 'host' ? ['the host'] : [`${formatCount(count)} ${count === 1 ? scope : many}`];
  });
  return parts.length === 0 ? 'nothing found yet' : parts.join(', ');
}

function titleLine(view: LiveView, width: number): string {
  if (view.stopping) return cutEnd('fgm: stopping, finishing the files …', width);
  if (!view.snapshot) return cutEnd('fgm: starting …', width);
  const { rows, time, intervalMs } = view.snapshot;
  const clock = `${new Date(time).toISOString().slice(11, 19)} UTC`;
  const title = `fgm: recording ${countScopes(rows)} every ${formatDuration(intervalMs * 1000)}`;
  const space = width - widthOf(title) - widthOf(clock);
  return space > 0 ? title + ' '.repeat(space) + clock : cutEnd(title, width);
}

function selfParts(self: SelfCost, view: LiveView): string[] {
  return [
    `fgm itself ${formatPercent(self.cpuMillicores / 10)} of a core`,
    formatBytes(self.rssBytes),
    `${formatCount(self.ticksMissed)} of ${plural(self.ticks, 'tick')} missed`,
    `${formatSpan(self.latenessUsec)} late`,
    `${formatBytes(self.storeBytes)} of ${formatBytes(self.storeLimitBytes)}`,
    ...placeParts(view),
  ];
}

/** A server on every address is reached on this one from the terminal that shows it. */
function reachable(url: string): string {
  return url.replace(/^http:\/\/(\[::\]|0\.0\.0\.0)/, 'http://localhost');
}

function placeParts(view: LiveView): string[] {
  return [
    ...(view.page ? [`page ${reachable(view.page)}`] : []),
    printable(view.directory),
    ...(view.url ? [`${reachable(view.url)}/healthz`] : []),
    'q quits',
  ];
}

/** Joins parts into as few lines as fit. */
export function flow(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length === 0 ? part : lines.at(-1) + SEPARATOR + part;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(cutMiddle(part, width));
  }
  return lines;
}

function footer(view: LiveView, width: number, style: Style): string[] {
  const parts = view.snapshot ? selfParts(view.snapshot.self, view) : placeParts(view);
  const notice = view.notice === null ? [] : [style.warning(cutEnd(printable(view.notice), width))];
  return [...notice, ...flow(parts, width).map((line) => style.faint(line))];
}

function body(view: LiveView, width: number, height: number, style: Style): string[] {
  if (!view.snapshot || height < 2) return [];
  const columns = columnsFor(LIVE_COLUMNS, width);
  const headings = columns.map((column) => column.heading);
  const heading = style.heading(tableLine(columns, 'NAME', headings, width));
  const rows = view.snapshot.rows.toSorted(byUse);
  const fits = rows.length <= height - 1;
  const shown = rows.slice(0, fits ? height - 1 : Math.max(0, height - 2));
  const rest = fits ? [] : [style.faint(cutEnd(`… ${formatCount(rows.length - shown.length)} more`, width))];
  return [heading, ...shown.map((row) => rowLine(columns, row, liveName(row), width, style)), ...rest];
}

/** Fewer processes than these say nothing. */
const LEAST_PROCESSES = 3;

/** The busiest processes, in lines that the table leaves free: a blank one, a heading, and one each. */
function processes(view: LiveView, width: number, height: number, style: Style): string[] {
  if (!view.snapshot || height < 2 + LEAST_PROCESSES) return [];
  const columns = columnsFor(PROCESS_COLUMNS, width);
  const headings = columns.map((column) => column.heading);
  const shown = view.snapshot.processes.slice(0, height - 2);
  if (shown.length === 0) return [];
  const heading = style.heading(tableLine(columns, 'BUSIEST PROCESSES', headings, width));
  return ['', heading, ...shown.map((row) => rowLine(columns, row, processName(row), width, style))];
}

function processName({ comm, pid }: LiveProcess): string {
  return comm === null || comm === '' ? `process ${pid}` : printable(comm);
}

/** The screen as at most `height` lines of `width` cells: title, table, blank lines, and what the recorder itself costs. */
export function renderLive(view: LiveView, width: number, height: number, style: Style): string[] {
  // What the recorder costs comes first in the footer, so that is what stays on a small screen.
  const bottom = footer(view, width, style).slice(0, Math.max(1, Math.floor(height / 4)));
  const title = style.strong(titleLine(view, width));
  const table = body(view, width, height - bottom.length - 1, style);
  const list = processes(view, width, height - bottom.length - 1 - table.length, style);
  const blank = Math.max(0, height - 1 - table.length - list.length - bottom.length);
  return [title, ...table, ...list, ...Array.from({ length: blank }, () => ''), ...bottom].slice(0, height);
}
