import uPlot from 'uplot';

/** How it looks; its size is that of its host. */
export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** What a plot shows, each time that it shows something. */
export interface Shown {
  readonly columns: uPlot.AlignedData;
  /** Milliseconds since the Unix epoch that the axis spans. */
  readonly range: { readonly from: number; readonly to: number };
  /** What the plot is made of: where this is another one, so is the plot. */
  readonly shape: string;
}

/** What is told before a plot shows something else. */
export interface PlotChanges {
  /** Other values, or by another plot. */
  readonly values?: () => void;
  /** The same values over another range. */
  readonly range?: (plot: uPlot) => void;
}

/** A uPlot that is as large as the element that it is in, and made anew only when it has to look otherwise. */
export class FittedPlot {
  readonly #host: HTMLElement;
  readonly #watch: ResizeObserver;
  #plot: uPlot | null = null;
  #shape: string | null = null;
  readonly #changes: PlotChanges;

  constructor(host: HTMLElement, changes: PlotChanges = {}) {
    this.#host = host;
    this.#changes = changes;
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(host);
  }

  get plot(): uPlot | null {
    return this.#plot;
  }

  /** @param made called with each new plot, before it has a range */
  show({ columns, range, shape }: Shown, options: () => PlotOptions, made: (plot: uPlot) => void): void {
    let plot = this.#plot;
    const [min, max] = [range.from / 1000, range.to / 1000];
    if (plot === null || shape !== this.#shape) {
      this.#changes.values?.();
      plot?.destroy();
      this.#shape = shape;
      const { clientWidth: width, clientHeight: height } = this.#host;
      this.#plot = plot = new uPlot({ ...options(), width: width || 600, height: height || 200 }, columns, this.#host);
      made(plot);
    } else if (columns !== plot.data) {
      this.#changes.values?.();
      plot.setData(columns, false);
    } else if (plot.scales['x']!.min !== min || plot.scales['x']!.max !== max) this.#changes.range?.(plot);
    plot.setScale('x', { min, max });
  }

  destroy(): void {
    this.#watch.disconnect();
    this.#changes.values?.();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) return;
    this.#changes.values?.();
    this.#plot?.setSize({ width, height });
  }
}
