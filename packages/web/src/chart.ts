import type uPlot from 'uplot';
import type { Values } from './api.ts';
import { FittedPlot, type PlotOptions } from './fitted-plot.ts';
import { MovingPicture } from './moving-picture.ts';
import { listenToPointer, moveCursor, type PlotActions, takeSelection } from './plot-gestures.ts';
import { drawMarks, FONT, type Marks, timeAxis } from './plot-marks.ts';
import { axisSteps, formatValue } from './units.ts';

/** One line, ready to be drawn. */
export interface ChartLine {
  readonly name: string;
  readonly colour: string;
  readonly values: Values;
  readonly lowest?: Values;
  readonly highest?: Values;
  /** Drawn thin and dashed: a limit. */
  readonly limit?: boolean;
  /** What it was in the range that this one is compared with, each value where the one it is compared with stands. */
  readonly earlier?: Values;
}

export interface ChartData extends Marks {
  /** Seconds since the Unix epoch. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly unit: string | null;
  /** Lines as areas on top of each other. */
  readonly stacked: boolean;
}

export interface ChartActions extends PlotActions {
  /** What the cursor points at: a place among the times; null when it is elsewhere. */
  readonly point: (at: number | null) => void;
}

export const SYNC = 'charts';
/** Of more values than these the line that the cursor is at is not told by the others' fading: that would take longer than a frame. */
const MOST_FADED = 100_000;
export const NO_DATA: ChartData = {
  times: [],
  lines: [],
  unit: null,
  events: [],
  pinned: null,
  findings: [],
  stacked: false,
};

/** A chart over time. Dragging chooses a range, the wheel zooms at the cursor, dragging with Shift moves. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #actions: ChartActions;
  readonly #fitted: FittedPlot;
  readonly #picture = new MovingPicture();
  #data = NO_DATA;
  #columns: uPlot.AlignedData | null = null;

  constructor(host: HTMLElement, actions: ChartActions) {
    this.#host = host;
    this.#actions = actions;
    this.#fitted = new FittedPlot(host, {
      values: () => this.#picture.end(),
      range: (plot) => this.#picture.begin(plot),
    });
  }

  /**
   * @param dark what colours hold
   * @param shown range in milliseconds that the axis spans
   */
  show(data: ChartData, dark: boolean, shown: { readonly from: number; readonly to: number }): void {
    if (data !== this.#data || this.#columns === null) this.#columns = columnsOf(data);
    this.#data = data;
    const shape = JSON.stringify([
      dark,
      data.unit,
      data.stacked,
      data.lines.map(({ name, colour, lowest, limit, earlier }) => [
        name,
        colour,
        lowest !== undefined,
        limit,
        earlier !== undefined,
      ]),
    ]);
    this.#fitted.show(
      { columns: this.#columns, range: shown, shape },
      () => this.#options(data),
      (plot) => listenToPointer(plot, { ...this.#actions, moves: () => this.#picture.begin(plot) }),
    );
  }

  /** @returns whether the key meant something */
  press(event: KeyboardEvent): boolean {
    const { plot } = this.#fitted;
    return plot !== null && moveCursor(plot, event, this.#actions);
  }

  destroy(): void {
    this.#fitted.destroy();
  }

  #options({ times, lines, unit, stacked }: ChartData): PlotOptions {
    const style = getComputedStyle(this.#host);
    const ink = style.getPropertyValue('--ink-soft');
    const grid = { stroke: style.getPropertyValue('--grid'), width: 1 };
    const { series, bands } = stacked ? areasOf(lines, ink) : strokesOf(lines);
    const increments = axisSteps(unit);
    return {
      legend: { show: false },
      cursor: {
        sync: { key: SYNC },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, show: pointOf as uPlot.Cursor.Points.Show },
        focus: { prox: 24 },
      },
      // Each move to another line draws all of them anew.
      focus: { alpha: (series.length - 1) * times.length > MOST_FADED ? 1 : 0.35 },
      scales: { x: { time: true, auto: false }, y: { range: (_plot, low, high) => roomFor(low, high) } },
      axes: [
        timeAxis(style),
        {
          stroke: ink,
          grid,
          ticks: grid,
          font: FONT,
          size: 72,
          values: (_plot, splits) => splits.map((value) => formatValue(value, unit)),
          ...(increments === null ? {} : { incrs: increments }),
        },
      ],
      // The first is time.
      series: series.map((one, at) => (at === 0 ? one : { ...one, paths: this.#picture.paths })),
      bands,
      hooks: {
        setSelect: [(plot) => takeSelection(plot, this.#actions)],
        setCursor: [(plot) => this.#actions.point(plot.cursor.idx ?? null)],
        setSeries: [(plot, at) => liftWithIt(plot, at)],
        draw: [(plot) => (this.#picture.isMoving ? this.#picture.draw(plot) : drawMarks(plot, this.#data, style))],
      },
    };
  }
}

interface Drawn {
  readonly series: uPlot.Series[];
  readonly bands: uPlot.Band[];
}

/** Values that have no neighbours make no line: they are drawn as points. */
const POINTS: uPlot.Series.Points = { show: isSparse, size: 4 };
const NONE: uPlot.Series.Points = { show: false };
/** Marks series that belong to the line before them. */
const OF_LINE = 'of-line';
const UNSEEN: uPlot.Series = { stroke: 'transparent', points: NONE, class: OF_LINE };
const DASH = [6, 4];

/** Lines, each with the band that it goes up and down in, and with what it was before. */
function strokesOf(lines: readonly ChartLine[]): Drawn {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { name, colour, limit, lowest, earlier } of lines) {
    series.push(
      limit
        ? { label: name, stroke: colour, width: 1, dash: DASH, points: POINTS }
        : { label: name, stroke: colour, width: 1.5, points: POINTS },
    );
    if (lowest !== undefined) {
      const at = series.push(UNSEEN, UNSEEN);
      bands.push({ series: [at - 1, at - 2], fill: `${colour}33` });
    }
    if (earlier !== undefined) series.push(earlierStroke(`${colour}b0`));
  }
  return { series, bands };
}

/** Areas on top of each other, and what all of them were before as a line. */
function areasOf(lines: readonly ChartLine[], ink: string): Drawn {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { name, colour, limit } of lines) {
    const below = series.length - 1;
    const fill = `${colour}bb`;
    if (limit) series.push({ label: name, stroke: colour, width: 1, dash: DASH, points: POINTS });
    // Where an area has no height its edge would hide that of the one below it.
    else series.push({ label: name, stroke: colour, width: 0, points: NONE, ...(below === 0 ? { fill } : {}) });
    if (!limit && below > 0) bands.push({ series: [below + 1, below], fill });
  }
  if (lines.some(({ earlier }) => earlier !== undefined)) series.push(earlierStroke(ink));
  return { series, bands };
}

function earlierStroke(stroke: string): uPlot.Series {
  return { stroke, width: 1.25, dash: [4, 3], points: NONE, class: OF_LINE };
}

/** What belongs to a line has no point of its own at the cursor. uPlot takes none for an answer, which its types do not say. */
function pointOf({ series }: uPlot, at: number): HTMLElement | null {
  if (series[at]!.class === OF_LINE) return null;
  const element = document.createElement('div');
  element.classList.add('u-cursor-pt');
  return element;
}

/** What belongs to the line that the cursor is at does not fade. It stands after the line. */
function liftWithIt({ series }: uPlot, at: number | null): void {
  if (at === null) return;
  for (let next = at + 1; series[next]?.class === OF_LINE; next++) series[next]!.alpha = 1;
}

function columnsOf({ times, lines, stacked }: ChartData): uPlot.AlignedData {
  const columns = stacked
    ? [...stack(lines), ...sumOfEarlier(lines)]
    : lines.flatMap(({ values, lowest, highest, earlier }) => [
        values,
        ...(lowest === undefined || highest === undefined ? [] : [lowest, highest]),
        ...(earlier === undefined ? [] : [earlier]),
      ]);
  return [times, ...columns] as unknown as uPlot.AlignedData;
}

/** Each line on top of those before it. What is not there adds nothing; a limit stays where it is. */
function stack(lines: readonly ChartLine[]): Values[] {
  const areas = lines.filter(({ limit }) => limit !== true);
  // Every area has a place wherever there is any, or those above it would have nothing to stand on.
  let below: Values = (areas[0]?.values ?? []).map((_, at) =>
    areas.some(({ values }) => (values[at] ?? null) !== null) ? 0 : null,
  );
  return lines.map(({ values, limit }) => {
    if (limit === true) return values;
    below = below.map((sum, at) => (sum === null ? null : sum + (values[at] ?? 0)));
    return below;
  });
}

function sumOfEarlier(lines: readonly ChartLine[]): Values[] {
  const all = lines.flatMap(({ earlier }) => (earlier === undefined ? [] : [earlier]));
  if (all.length === 0) return [];
  return [
    all[0]!.map((_, at) => {
      const known = all.map((values) => values[at] ?? null).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value);
    }),
  ];
}

function isSparse(plot: uPlot, index: number): boolean {
  const values = plot.data[index]!;
  let count = 0;
  for (const value of values) if (value !== null && value !== undefined && ++count > 2) return false;
  return true;
}

/** From zero up where nothing is below it; never a range of nothing. */
function roomFor(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const from = low >= 0 ? 0 : low * 1.05;
  const to = high <= 0 ? 0 : high * 1.05;
  return from === to ? [0, 1] : [from, to];
}
