/** Of https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
export type Unit = 'short' | 'bytes' | 'Bps' | 's' | 'ops' | 'reqps' | 'percentunit' | 'dateTimeFromNow' | 'none';

export interface Query {
  readonly expr: string;
  /** Of a line; `{{label}}` is replaced. */
  readonly legend: string;
  /** Set where no answer is right: what it asks for happens only sometimes. */
  readonly mayBeEmpty?: boolean;
}

export interface Step {
  /** From this value on; null is from the least. */
  readonly value: number | null;
  readonly color: 'green' | 'yellow' | 'orange' | 'red' | 'blue';
}

export interface PanelOptions {
  readonly kind: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly thresholds?: readonly Step[];
  /** Of 24 columns; a stat has 4 and others have 8 unless said otherwise. */
  readonly width?: number;
  /** Lines that are parts of a whole. */
  readonly stacked?: boolean;
}

const PLAIN: readonly Step[] = [{ value: null, color: 'green' }];
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** Where one goes wrong: green below `yellow`, red from `red` on; the other way round where `red` is less. */
export function levels(yellow: number, red: number): readonly Step[] {
  return red > yellow
    ? [
        { value: null, color: 'green' },
        { value: yellow, color: 'yellow' },
        { value: red, color: 'red' },
      ]
    : [
        { value: null, color: 'red' },
        { value: red, color: 'yellow' },
        { value: yellow, color: 'green' },
      ];
}

export function widthOf({ kind, width }: PanelOptions): number {
  return width ?? (kind === 'stat' ? 4 : 8);
}

export function heightOf({ kind }: PanelOptions): number {
  return kind === 'stat' ? 4 : 8;
}

/** A panel in Grafana's JSON, without its place. */
export function panelOf(options: PanelOptions): Record<string, unknown> {
  const { kind, title, description, unit, queries, thresholds = PLAIN } = options;
  return {
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: {
        unit,
        ...(kind === 'timeseries' ? { min: 0, custom: lineStyle(options) } : {}),
        color: { mode: kind === 'timeseries' ? 'palette-classic' : 'thresholds' },
        thresholds: { mode: 'absolute', steps: thresholds },
      },
      overrides: [],
    },
    options: displayOf(kind),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      ...(kind === 'timeseries' ? { range: true } : { instant: true, range: false }),
      ...(kind === 'table' ? { format: 'table' } : {}),
    })),
    ...(kind === 'table' && queries.length > 1 ? { transformations: [{ id: 'merge', options: {} }] } : {}),
  };
}

function lineStyle({ stacked = false, thresholds }: PanelOptions): Record<string, unknown> {
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 30 : 0,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
  };
}

function displayOf(kind: PanelOptions['kind']): Record<string, unknown> {
  if (kind === 'table') return { showHeader: true, cellHeight: 'sm' };
  if (kind === 'stat') {
    const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false };
    return { reduceOptions, colorMode: 'value', graphMode: 'none', textMode: 'auto', orientation: 'auto' };
  }
  return {
    legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  };
}
