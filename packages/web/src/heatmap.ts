import type uPlot from 'uplot';
import type { Values } from './api.ts';
import { type ColourScale, type Shade, shadeAt, shadesOf } from './colour-scale.ts';
import { SYNC } from './chart.ts';
import { FittedPlot, type PlotOptions } from './fitted-plot.ts';
import { listenToPointer, moveCursor, type PlotActions, takeSelection } from './plot-gestures.ts';
import { drawMarks, FONT, type Marks, timeAxis } from './plot-marks.ts';

export interface HeatmapRow {
  readonly name: string;
  readonly values: Values;
}

export interface HeatmapData extends Omit<Marks, 'findings'> {
  /** Start of the first bucket and length of each, in milliseconds. */
  readonly from: number;
  readonly step: number;
  readonly buckets: number;
  /** From top to bottom. */
  readonly rows: readonly HeatmapRow[];
  readonly scale: ColourScale;
}

export interface HeatmapActions extends PlotActions {
  /** What the cursor points at: a bucket, and the row where it is in this plot; nulls when it is elsewhere. */
  readonly point: (at: number | null, row: number | null) => void;
}

/** Pixels: of all rows together, of the highest and the lowest row, and of what stands below them. */
const ROOM = 460;
const [HIGHEST, LOWEST] = [20, 5];
const BELOW = 54;
/** A name needs as much height. */
const NAME_HEIGHT = 13;
/** Rows are told apart by a line between them where they have room for one. */
const ROOM_FOR_LINES = 8;

/** How high a plot of so many rows is. */
export function heightOf(rows: number): number {
  return Math.round(Math.min(HIGHEST, Math.max(LOWEST, ROOM / rows)) * rows) + BELOW;
}

/** A row for each of many things, in which the colour of each stretch of time says how much; where there is no value there is no colour. */
export class Heatmap {
  readonly #host: HTMLElement;
  readonly #actions: HeatmapActions;
  readonly #fitted: FittedPlot;
  #data: HeatmapData | null = null;
  #cells: HTMLCanvasElement | null = null;
  #row: number | null = null;

  constructor(host: HTMLElement, actions: HeatmapActions) {
    this.#host = host;
    this.#actions = actions;
    this.#fitted = new FittedPlot(host);
  }

  /** @param shown range in milliseconds that the axis spans */
  show(data: HeatmapData, dark: boolean, shown: { readonly from: number; readonly to: number }): void {
    this.#data = data;
    this.#cells = cellsOf(data, shadesOf(dark));
    const { from, step, buckets, rows } = data;
    // The cursor is at the middle of a bucket: the nearest middle is that of the bucket it is in.
    const times = Array.from({ length: buckets }, (_, at) => (from + (at + 0.5) * step) / 1000);
    const columns = [times, times.map(() => null)] as unknown as uPlot.AlignedData;
    const shape = JSON.stringify([dark, rows.map(({ name }) => name)]);
    this.#fitted.show(
      { columns, range: shown, shape },
      () => this.#options(),
      (plot) => {
        this.#row = null;
        listenToPointer(plot, this.#actions);
        this.#followRow(plot);
      },
    );
  }

  /** Arrows up and down go from row to row. @returns whether the key meant something */
  press(event: KeyboardEvent): boolean {
    const { plot } = this.#fitted;
    const count = this.#data?.rows.length ?? 0;
    if (plot === null || count === 0) return false;
    const way = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const before = this.#row;
    this.#row = before === null ? 0 : Math.min(count - 1, Math.max(0, before + way));
    const top = ((this.#row + 0.5) / count) * plot.over.clientHeight;
    if (way !== 0) {
      const { left = -1 } = plot.cursor;
      if (left >= 0) plot.setCursor({ left, top });
      else moveCursor(plot, new KeyboardEvent('keydown', { key: 'End' }), this.#actions, top);
      return true;
    }
    const isKnown = moveCursor(plot, event, this.#actions, top);
    if (!isKnown || event.key === 'Escape') this.#row = null;
    return isKnown;
  }

  destroy(): void {
    this.#fitted.destroy();
  }

  /** Other plots have their cursor at some height that is no row of this one. */
  #followRow(plot: uPlot): void {
    plot.over.addEventListener(
      'mousemove',
      ({ offsetY }) => {
        const count = this.#data?.rows.length ?? 0;
        this.#row = count === 0 ? null : Math.min(count - 1, Math.floor((offsetY / plot.over.clientHeight) * count));
      },
      true,
    );
    plot.over.addEventListener('mouseleave', () => (this.#row = null), true);
  }

  #options(): PlotOptions {
    const style = getComputedStyle(this.#host);
    const ink = style.getPropertyValue('--ink-soft');
    const rows = this.#data!.rows;
    const width = this.#host.clientWidth || 600;
    const room = Math.min(210, Math.round(width * 0.3));
    const each = Math.ceil((NAME_HEIGHT * rows.length) / (heightOf(rows.length) - BELOW));
    return {
      legend: { show: false },
      cursor: { sync: { key: SYNC }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
      scales: {
        x: { time: true, auto: false },
        y: { auto: false, dir: -1, range: () => [0, rows.length] },
      },
      axes: [
        { ...timeAxis(style), grid: { show: false } },
        {
          stroke: ink,
          grid: { show: false },
          ticks: { show: false },
          font: FONT,
          size: room,
          gap: 6,
          splits: () => rows.map((_, at) => at + 0.5).filter((_, at) => at % each === 0),
          values: (plot, splits) => splits.map((at) => fitting(plot.ctx, rows[Math.floor(at)]!.name, room - 14)),
        },
      ],
      series: [{}, { show: true, stroke: 'transparent', points: { show: false } }],
      hooks: {
        setSelect: [(plot) => takeSelection(plot, this.#actions)],
        setCursor: [(plot) => this.#actions.point(plot.cursor.idx ?? null, this.#row)],
        draw: [
          (plot) => {
            this.#drawCells(plot, style);
            drawMarks(plot, { ...this.#data!, findings: [] }, style);
          },
        ],
      },
    };
  }

  #drawCells(plot: uPlot, style: CSSStyleDeclaration): void {
    const { ctx, bbox } = plot;
    const { from, step, buckets, rows } = this.#data!;
    const [left, right] = [from, from + buckets * step].map((time) => plot.valToPos(time / 1000, 'x', true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    // What has no value is seen as such, and not as little.
    ctx.fillStyle = hatched(ctx, style.getPropertyValue('--grid'));
    ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.imageSmoothingEnabled = false;
    if (this.#cells !== null) ctx.drawImage(this.#cells, left!, bbox.top, right! - left!, bbox.height);
    const height = bbox.height / rows.length;
    if (height >= ROOM_FOR_LINES * devicePixelRatio) {
      ctx.fillStyle = style.getPropertyValue('--paper');
      for (let at = 1; at < rows.length; at++) {
        ctx.fillRect(bbox.left, Math.round(bbox.top + at * height), bbox.width, devicePixelRatio);
      }
    }
    ctx.restore();
  }
}

/** A pixel for each value; none where there is none. */
function cellsOf({ rows, buckets, scale }: HeatmapData, shades: readonly Shade[]): HTMLCanvasElement | null {
  if (rows.length === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = buckets;
  canvas.height = rows.length;
  const image = new ImageData(buckets, rows.length);
  for (const [row, { values }] of rows.entries()) {
    for (let at = 0; at < buckets; at++) {
      const value = values[at] ?? null;
      if (value === null) continue;
      const [red, green, blue] = shadeAt(shades, scale.partOf(value));
      image.data.set([red, green, blue, 255], (row * buckets + at) * 4);
    }
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}

function hatched(ctx: CanvasRenderingContext2D, colour: string): CanvasPattern {
  const size = Math.round(6 * devicePixelRatio);
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const own = tile.getContext('2d')!;
  own.strokeStyle = colour;
  own.lineWidth = devicePixelRatio;
  own.beginPath();
  // Over the corners as well, so that tiles go on in each other.
  for (const shift of [-size, 0, size]) {
    own.moveTo(shift - 1, size + 1);
    own.lineTo(shift + size + 1, -1);
  }
  own.stroke();
  return ctx.createPattern(tile, 'repeat')!;
}

/** As much of a name as fits: its end tells more than its middle. */
function fitting(ctx: CanvasRenderingContext2D, name: string, cssWidth: number): string {
  ctx.font = FONT;
  const fits = (text: string): boolean => ctx.measureText(text).width <= cssWidth;
  if (fits(name)) return name;
  let kept = name.length - 1;
  while (kept > 2 && !fits(shortened(name, kept))) kept--;
  return shortened(name, kept);
}

function shortened(name: string, kept: number): string {
  const end = Math.ceil(kept / 2);
  return `${name.slice(0, kept - end)}…${name.slice(name.length - end)}`;
}
