import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, type Timeseries } from './api.ts';
import { instance, newest, shown } from './store.ts';
import { formatTime } from './times.ts';
import { panels, range } from './view-state.ts';

const POINTS = 400;
const REFRESH_MS = 30_000;
const HEIGHT = 40;

/** Everything that there is, small, with what is shown of it marked: drag the mark to move, or anywhere to choose. */
export function Overview() {
  const host = useRef<HTMLDivElement>(null);
  const values = useSignal<readonly (number | null)[]>([]);
  const extent = useSignal<{ readonly from: number; readonly to: number } | null>(null);
  const metric = panels.value[0]?.metric ?? '';

  useEffect(() => {
    if (metric === '') return undefined;
    const load = async (): Promise<void> => {
      const known = instance.peek();
      if (known === null || known.earliest === null || known.latest === null) return;
      const { earliest, latest } = known;
      const to = Math.max(latest, newest.peek() ?? 0, earliest + 1000);
      try {
        const answer = await get<Timeseries>('timeseries', {
          metrics: metric,
          group: 'all',
          points: POINTS,
          from: earliest,
          to,
        });
        values.value = answer.charts[0]?.lines[0]?.values ?? [];
        extent.value = { from: answer.from, to: answer.from + answer.buckets * answer.step };
      } catch {
        // The charts say what is wrong.
        values.value = [];
      }
    };
    const stop = instance.subscribe(() => void load());
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [metric]);

  useSignalEffect(() => {
    const all = extent.value;
    const element = host.current;
    if (all === null || element === null) return;
    const { from, to } = shown.value;
    const part = (time: number): number => Math.min(1, Math.max(0, (time - all.from) / (all.to - all.from)));
    const mark = element.querySelector<HTMLElement>('.mark')!;
    mark.style.left = `${part(from) * 100}%`;
    mark.style.width = `max(3px, ${(part(to) - part(from)) * 100}%)`;
  });

  const onDown = (event: PointerEvent): void => {
    const all = extent.peek();
    if (all === null) return;
    const element = event.currentTarget as HTMLElement;
    const { left, width } = element.getBoundingClientRect();
    const timeAt = (x: number): number => all.from + Math.min(1, Math.max(0, (x - left) / width)) * (all.to - all.from);
    const before = shown.peek();
    const start = timeAt(event.clientX);
    const inside = start >= before.from && start <= before.to && before.to - before.from < (all.to - all.from) * 0.98;
    element.setPointerCapture(event.pointerId);
    const onMove = (moved: PointerEvent): void => {
      const now = timeAt(moved.clientX);
      if (inside) range.value = { from: before.from + now - start, to: before.to + now - start };
      else if (Math.abs(now - start) > 2000) range.value = { from: Math.min(start, now), to: Math.max(start, now) };
    };
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', () => element.removeEventListener('pointermove', onMove), { once: true });
  };

  const all = extent.value;
  return (
    <div class="overview" ref={host} onPointerDown={onDown} aria-hidden="true">
      <svg viewBox={`0 0 ${Math.max(1, values.value.length - 1)} ${HEIGHT}`} preserveAspectRatio="none">
        <path d={pathOf(values.value)} />
      </svg>
      <div class="mark" />
      {all !== null && (
        <>
          <span class="from">{formatTime(all.from)}</span>
          <span class="to">{formatTime(all.to)}</span>
        </>
      )}
    </div>
  );
}

/** An area; what is missing is left out. */
function pathOf(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9);
  let path = '';
  let open = false;
  for (const [at, value] of values.entries()) {
    if (value === null) {
      if (open) path += `V${HEIGHT}Z`;
      open = false;
      continue;
    }
    const y = (HEIGHT - (value / most) * (HEIGHT - 4)).toFixed(1);
    path += open ? `L${at} ${y}` : `M${at} ${HEIGHT}V${y}`;
    if (!open || values[at + 1] === null) path += `L${at + 0.6} ${y}`;
    open = true;
  }
  return open ? `${path}V${HEIGHT}Z` : path;
}
