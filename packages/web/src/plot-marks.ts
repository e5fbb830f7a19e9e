import type uPlot from 'uplot';
import type { RecordedEvent } from './api.ts';
import { formatClock, formatTime } from './times.ts';

/** What stands over values: when something happened, what was found, which instant is looked at. */
export interface Marks {
  readonly events: readonly RecordedEvent[];
  /** An instant that is marked, in milliseconds since the Unix epoch; null for none. */
  readonly pinned: number | null;
  /** What a study has found: an instant, a stretch, or a line between two values. Milliseconds since the Unix epoch. */
  readonly findings: readonly {
    readonly from: number;
    readonly to: number;
    readonly ends: readonly [number, number] | null;
    readonly colour: string;
  }[];
}

export function drawMarks(plot: uPlot, marks: Marks, style: CSSStyleDeclaration): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  drawEvents(plot, marks, style);
  drawFindings(plot, marks);
  drawPinned(plot, marks, style);
  ctx.restore();
}

function drawEvents(plot: uPlot, { events }: Marks, style: CSSStyleDeclaration): void {
  const { ctx, bbox } = plot;
  for (const { time, severity } of events) {
    const x = plot.valToPos(time / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = style.getPropertyValue(`--${severity}`);
    ctx.globalAlpha = severity === 'critical' ? 0.7 : severity === 'warning' ? 0.3 : 0.18;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(severity === 'critical' ? [] : [2, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (severity === 'info') continue;
    ctx.globalAlpha = 0.85;
    const size = (severity === 'critical' ? 5 : 3.5) * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x - size, bbox.top);
    ctx.lineTo(x + size, bbox.top);
    ctx.lineTo(x, bbox.top + size * 1.4);
    ctx.fill();
  }
}

function drawFindings(plot: uPlot, { findings }: Marks): void {
  const { ctx, bbox } = plot;
  const inside = (x: number): number => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  for (const { from, to, ends, colour } of findings) {
    const [left, right] = [from, to].map((time) => plot.valToPos(time / 1000, 'x', true)) as [number, number];
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    if (ends === null && right - left > 2) {
      ctx.globalAlpha = 0.14;
      ctx.fillRect(inside(left), bbox.top, inside(right) - inside(left), bbox.height);
      continue;
    }
    ctx.globalAlpha = 0.9;
    ctx.setLineDash(ends === null ? [] : [8, 5]);
    ctx.beginPath();
    const [low, high] =
      ends === null ? [bbox.top + bbox.height, bbox.top] : ends.map((value) => plot.valToPos(value, 'y', true));
    ctx.moveTo(left, low!);
    ctx.lineTo(ends === null ? left : right, high!);
    ctx.stroke();
  }
}

function drawPinned(plot: uPlot, { pinned }: Marks, style: CSSStyleDeclaration): void {
  const { ctx, bbox } = plot;
  if (pinned === null) return;
  const x = plot.valToPos(pinned / 1000, 'x', true);
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  ctx.strokeStyle = style.getPropertyValue('--accent');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

/** The axis of time, in the colours that hold. */
export function timeAxis(style: CSSStyleDeclaration): uPlot.Axis {
  const grid = { stroke: style.getPropertyValue('--grid'), width: 1 };
  return {
    stroke: style.getPropertyValue('--ink-soft'),
    grid,
    ticks: grid,
    font: FONT,
    space: 80,
    values: (_plot, splits, _axis, _space, step) => splits.map((at, index) => tickTime(at, splits[index - 1], step)),
  };
}

export const FONT = '12px system-ui, sans-serif';

/** `05:00`, with seconds where steps are shorter than a minute, and with the day where it is another than at the tick before. */
function tickTime(at: number, before: number | undefined, step: number): string {
  const clock = formatClock(at * 1000);
  const day = formatTime(at * 1000).slice(0, 10);
  const isNew = before === undefined || formatTime(before * 1000).slice(0, 10) !== day;
  return `${step < 60 ? clock : clock.slice(0, 5)}${isNew ? `\n${day}` : ''}`;
}
