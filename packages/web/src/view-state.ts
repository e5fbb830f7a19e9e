import { effect, signal, untracked } from '@preact/signals';
import { atRest } from './at-rest.ts';
import { SCALES, type ScaleKind } from './colour-scale.ts';
import { offline } from './offline.ts';

/** What time is shown: the last so many milliseconds, or from one instant to another (milliseconds since the Unix epoch). */
export type Range = { readonly last: number } | { readonly from: number; readonly to: number };

export const GROUPS = ['container', 'process', 'device', 'interface', 'mapping', 'each', 'all'] as const;
export type Group = (typeof GROUPS)[number];
/** What lines of a table's metrics may be, beside the container and all together. */
const PARTS: Readonly<Record<string, readonly Group[]>> = {
  processes: ['process'],
  mappings: ['mapping', 'process', 'each'],
  devices: ['device'],
  interfaces: ['interface'],
};

/** Changes of the range that follow each other within this time are one gesture, in milliseconds. */
const ADDRESS_MS = 300;

/** A chart. */
export interface PanelState {
  /** Of this page only. */
  readonly id: number;
  /** `table.column`. */
  readonly metric: string;
  readonly group: Group;
  /** What a dashboard calls it; null for the metric's own name. */
  readonly title: string | null;
  /** What is looked for in its lines; null for nothing. */
  readonly study: string | null;
  /** Of which container it is looked for, where it is of one; null for the one with the most. */
  readonly of: string | null;
  readonly form: Form;
  readonly heatmap: HeatmapState;
}

export const FORMS = ['lines', 'stacked', 'heatmap'] as const;
/** Lines, lines as areas on top of each other, or a row for each container in which the colour says how much. */
export type Form = (typeof FORMS)[number];

export const ROWS = [10, 20, 50, 100, 200] as const;
export const ORDERS = ['avg', 'max', 'last'] as const;

/** Which rows a heatmap has, and what its colours mean. */
export interface HeatmapState {
  /** So many containers at most. */
  readonly rows: number;
  /** The metric by which they are ordered; null for the one that is shown. */
  readonly order: string | null;
  readonly by: (typeof ORDERS)[number];
  readonly scale: ScaleKind;
}

/** What is shown is compared with the time before it, with what was so many milliseconds before, or with what began at an instant. */
export type Comparison = 'previous' | { readonly back: number } | { readonly since: number };

const DEFAULT_RANGE: Range = { last: 15 * 60_000 };
const DEFAULT_METRICS = ['containers.cpu_usage_millicores', 'containers.memory_current_bytes'];
/** What of the address the page writes. */
export const OWN: ReadonlySet<string> = new Set([
  'last',
  'from',
  'to',
  'compare',
  'panel',
  'container',
  'search',
  'at',
]);
export const PLAIN_HEATMAP: HeatmapState = { rows: 20, order: null, by: 'avg', scale: 'linear' };
let nextId = 1;

export const range = signal<Range>(DEFAULT_RANGE);
export const panels = signal<readonly PanelState[]>([]);
/** `node:key` of containers; with none of them those with the most are shown. */
export const chosen = signal<readonly string[]>([]);
export const search = signal('');
/** The instant whose processes are listed, in milliseconds since the Unix epoch; null for none. */
export const pinned = signal<number | null>(null);
/** Null where nothing is compared. */
export const comparison = signal<Comparison | null>(null);

export function panelOf(metric: string, group: Group = 'container', study: string | null = null): PanelState {
  return { id: nextId++, metric, group, title: null, study, of: null, form: 'lines', heatmap: PLAIN_HEATMAP };
}

export function change(panel: PanelState, other: Partial<PanelState>): void {
  panels.value = panels.value.map((one) => (one.id === panel.id ? { ...one, ...other } : one));
}

/** What lines of a metric may be. */
export function groupsOf(metric: string): readonly Group[] {
  return ['container', ...(PARTS[metric.split('.')[0]!] ?? []), 'all'];
}

/** Takes the view out of the address. */
export function readAddress(address: string): void {
  const query = new URLSearchParams(address);
  range.value = readRange(query) ?? DEFAULT_RANGE;
  const wanted = query.getAll('panel');
  panels.value = wanted.length > 0 ? panelsOf(wanted) : DEFAULT_METRICS.map((metric) => panelOf(metric));
  chosen.value = query.getAll('container');
  search.value = query.get('search') ?? '';
  const at = Number(query.get('at'));
  pinned.value = at > 0 ? at : null;
  comparison.value = readComparison(query.get('compare'));
}

/** Charts that are there already stay, with what they are called. */
function panelsOf(wanted: readonly string[]): PanelState[] {
  const there = [...panels.peek()];
  return wanted.map((text) => {
    const at = there.findIndex((panel) => panelText(panel) === text);
    return at < 0 ? readPanel(text) : there.splice(at, 1)[0]!;
  });
}

/** `metric,group,study@container,form,rows,order,by,scale`: what is left out or not known is as usual. */
function readPanel(text: string): PanelState {
  const [metric = '', group, studyOf = '', form, rows, order = '', by, scale] = text.split(',');
  const at = studyOf.indexOf('@');
  const [study, of] = at < 0 ? [studyOf, ''] : [studyOf.slice(0, at), studyOf.slice(at + 1)];
  const known = GROUPS.find((one) => one === group) ?? 'container';
  return {
    ...panelOf(metric, known, study === '' ? null : study),
    of: of === '' ? null : of,
    form: FORMS.find((one) => one === form) ?? 'lines',
    heatmap: {
      rows: ROWS.find((one) => one === Number(rows)) ?? PLAIN_HEATMAP.rows,
      order: order === '' ? null : order,
      by: ORDERS.find((one) => one === by) ?? PLAIN_HEATMAP.by,
      scale: SCALES.find((one) => one === scale) ?? PLAIN_HEATMAP.scale,
    },
  };
}

function panelText({ metric, group, study, of, form, heatmap }: PanelState): string {
  const { rows, order, by, scale } = heatmap;
  const looks = study === null ? '' : `${study}${of === null ? '' : `@${of}`}`;
  const own = form === 'heatmap' ? [String(rows), order ?? '', by, scale] : [];
  const parts = [metric, group, looks, form, ...own];
  const usual = ['', 'container', '', 'lines', String(PLAIN_HEATMAP.rows), '', PLAIN_HEATMAP.by, PLAIN_HEATMAP.scale];
  while (parts.length > 1 && parts.at(-1) === usual[parts.length - 1]) parts.pop();
  return parts.join(',');
}

/** `previous`, seconds before what is shown, or since when, as an ISO time. */
function readComparison(text: string | null): Comparison | null {
  if (text === null || text === '') return null;
  if (text === 'previous') return 'previous';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) > 0 ? { back: Number(text) * 1000 } : null;
  const since = Date.parse(text);
  return Number.isNaN(since) ? null : { since };
}

export function comparisonText(wanted: Comparison): string {
  if (wanted === 'previous') return wanted;
  return 'back' in wanted ? String(wanted.back / 1000) : new Date(wanted.since).toISOString();
}

function readRange(query: URLSearchParams): Range | null {
  const last = Number(query.get('last')) * 1000;
  if (last > 0) return { last };
  const from = Number(query.get('from'));
  const to = Number(query.get('to'));
  return from > 0 && to > from ? { from, to } : null;
}

/** The query of the page's address; that of an exported file stands in it until it has another. */
export function givenAddress(): string {
  return window.location.search || (offline?.view ?? '');
}

/** The view as an address tells it. */
function addressOf(): string {
  // What is not the page's own stays: a dashboard and its variables.
  const query = new URLSearchParams([...new URLSearchParams(givenAddress())].filter(([key]) => !OWN.has(key)));
  const shown = range.value;
  if ('last' in shown) query.set('last', String(shown.last / 1000));
  else {
    query.set('from', String(Math.round(shown.from)));
    query.set('to', String(Math.round(shown.to)));
  }
  for (const panel of panels.value) query.append('panel', panelText(panel));
  if (comparison.value !== null) query.set('compare', comparisonText(comparison.value));
  for (const container of chosen.value) query.append('container', container);
  if (search.value !== '') query.set('search', search.value);
  if (pinned.value !== null) query.set('at', String(Math.round(pinned.value)));
  return `?${query.toString()}`;
}

/** Keeps the address what the view is: a range that was chosen is a step back in the history, all else is not. */
export function followAddress(): void {
  readAddress(givenAddress());
  let before = range.value;
  let changed = -Infinity;
  const write = (step: boolean): void => {
    const address = addressOf();
    if (address === window.location.search) return;
    if (step) window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
  };
  const writeAtRest = atRest(() => write(false), ADDRESS_MS);
  effect(() => {
    void [panels.value, comparison.value, chosen.value, search.value, pinned.value];
    const now = range.value;
    if (now === before) return untracked(() => write(false));
    // All of one gesture is one step: it is made by the first change, and written anew when the others are over.
    const isGesture = performance.now() - changed < ADDRESS_MS;
    before = now;
    changed = performance.now();
    if (isGesture) writeAtRest();
    else untracked(() => write(!('last' in now)));
  });
  window.addEventListener('popstate', () => readAddress(window.location.search));
}
