import uPlot from 'uplot';

/** So long after the last move the lines are drawn anew, in milliseconds. */
const REST_MS = 150;
/** Of fewer values the lines are drawn anew with each move: that takes less than half a frame. */
const FEW = 20_000;

/** What a picture shows. */
interface Extent {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Moves and stretches a picture of a chart while it is panned and zoomed, as maps do: to draw a hundred lines of an hour takes several
 * frames. What is drawn is right at each instant, only not as sharp, and drawn anew when the chart comes to rest.
 */
export class MovingPicture {
  #picture: HTMLCanvasElement | null = null;
  #extent: Extent | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #linear = uPlot.paths.linear!();

  /** Whether the picture stands for the lines. */
  get isMoving(): boolean {
    return this.#picture !== null;
  }

  /** How series are drawn: by uPlot as it does by itself, or not at all. */
  readonly paths: uPlot.Series.PathBuilder = (plot, series, first, last) =>
    this.isMoving ? null : this.#linear(plot, series, first, last);

  /** To be called before the scale of time is set, with the data that were drawn last. */
  begin(plot: uPlot): void {
    if (!this.isMoving) {
      if ((plot.series.length - 1) * plot.data[0].length < FEW) return;
      this.#extent = extentOf(plot);
      if (this.#extent !== null) this.#picture = pictureOf(plot);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.end();
      plot.redraw(true);
    }, REST_MS);
  }

  /** The lines are drawn again: other values are about to be shown, or none. */
  end(): void {
    clearTimeout(this.#timer);
    this.#picture = this.#extent = null;
  }

  /** In place of the lines, the grid and the marks, which stand in it. */
  draw(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { left, right, low, high } = this.#extent!;
    const [x, end] = [left, right].map((time) => plot.valToPos(time, 'x', true)) as [number, number];
    const [y, bottom] = [high, low].map((value) => plot.valToPos(value, 'y', true)) as [number, number];
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.clearRect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.drawImage(this.#picture!, x, y, end - x, bottom - y);
    ctx.restore();
  }
}

/** Null while nothing is drawn. */
function extentOf({ scales: { x, y } }: uPlot): Extent | null {
  const { min: left = null, max: right = null } = x!;
  const { min: low = null, max: high = null } = y!;
  if (left === null || right === null || low === null || high === null) return null;
  return { left, right, low, high };
}

function pictureOf({ ctx, bbox: { left, top, width, height } }: uPlot): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = width;
  picture.height = height;
  picture.getContext('2d')!.drawImage(ctx.canvas, left, top, width, height, 0, 0, width, height);
  return picture;
}
