import type uPlot from 'uplot';

export interface PlotActions {
  /** Milliseconds since the Unix epoch. */
  readonly zoom: (from: number, to: number) => void;
  /** The plot is about to show another range before anybody else hears of it. */
  readonly moves?: (plot: uPlot) => void;
  /** An instant was clicked at. Milliseconds since the Unix epoch. */
  readonly pin: (time: number) => void;
}

const WHEEL = 1.2;
/** An hour has 3,600 seconds: nobody looks closer than some ticks. */
const SHORTEST_MS = 2_000;
/** Values that an arrow with Shift passes at once. */
const STRIDE = 10;

/** Takes the range that was dragged over. */
export function takeSelection(plot: uPlot, { zoom }: PlotActions): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const [from, to] = [left, left + width].map((place) => plot.posToVal(place, 'x') * 1000) as [number, number];
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  if (to - from >= SHORTEST_MS) zoom(from, to);
}

/** The wheel zooms at the cursor, dragging with Shift moves, a click chooses an instant. */
export function listenToPointer(plot: uPlot, actions: PlotActions): void {
  const { over } = plot;
  over.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      zoomAt(plot, event, actions);
    },
    { passive: false },
  );
  over.addEventListener('click', (event) => {
    // What ends dragging is no click.
    if (plot.select.width > 0 || event.shiftKey) return;
    actions.pin(plot.posToVal(event.offsetX, 'x') * 1000);
  });
  over.addEventListener(
    'mousedown',
    (event) => {
      // The mouse takes no focus: else the arrows would mean another thing after a click.
      event.preventDefault();
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      if (event.shiftKey && event.button === 0) pan(plot, event, actions);
    },
    true,
  );
}

/**
 * Moves the cursor of a plot that has the focus by arrows, as the mouse would: to the value before or after, with Shift further, to the first
 * and the last. Enter is a click; Escape lets go.
 * @returns whether the key was one of these
 */
export function moveCursor(plot: uPlot, event: KeyboardEvent, { pin }: PlotActions, top?: number): boolean {
  const times = plot.data[0];
  const { idx, left = -1 } = plot.cursor;
  const at = left < 0 ? null : (idx ?? null);
  const stride = event.shiftKey ? STRIDE : 1;
  const { min, max } = plot.scales['x']!;
  const first = times.findIndex((time) => time >= min!);
  const last = times.findLastIndex((time) => time <= max!);
  if (first < 0 || last < first) return false;
  const show = (wanted: number): void => {
    const place = Math.min(last, Math.max(first, wanted));
    plot.setCursor({ left: plot.valToPos(times[place]!, 'x'), top: top ?? plot.over.clientHeight / 2 });
  };
  if (event.key === 'ArrowLeft') show(at === null ? last : at - stride);
  else if (event.key === 'ArrowRight') show(at === null ? first : at + stride);
  else if (event.key === 'Home') show(first);
  else if (event.key === 'End') show(last);
  else if (event.key === 'Enter' && at !== null) pin(times[at]! * 1000);
  else if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
  else return false;
  return true;
}

function zoomAt(plot: uPlot, event: WheelEvent, { zoom }: PlotActions): void {
  const { min, max } = plot.scales['x']!;
  const at = plot.posToVal(event.offsetX, 'x');
  const factor = event.deltaY < 0 ? 1 / WHEEL : WHEEL;
  const [from, to] = [at - (at - min!) * factor, at + (max! - at) * factor];
  if ((to - from) * 1000 >= SHORTEST_MS) zoom(from * 1000, to * 1000);
}

function pan(plot: uPlot, start: MouseEvent, { zoom, moves }: PlotActions): void {
  start.stopImmediatePropagation();
  const { min, max } = plot.scales['x']!;
  const perPixel = (max! - min!) / plot.over.clientWidth;
  const moved = (event: MouseEvent): number => (event.clientX - start.clientX) * perPixel;
  const onMove = (event: MouseEvent): void => {
    moves?.(plot);
    plot.setScale('x', { min: min! - moved(event), max: max! - moved(event) });
  };
  const onUp = (event: MouseEvent): void => {
    window.removeEventListener('mousemove', onMove);
    if (moved(event) !== 0) zoom((min! - moved(event)) * 1000, (max! - moved(event)) * 1000);
  };
  window.addEventListener('mousemove', onMove);
  window.addEventListener('mouseup', onUp, { once: true });
}
