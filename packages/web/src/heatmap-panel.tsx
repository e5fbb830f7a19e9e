import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAnswer } from './answer.ts';
import { type Container, get, type Timeseries } from './api.ts';
import { cssOf, scaleOf, shadeAt, shadesOf } from './colour-scale.ts';
import { type Earlier, earlierOf } from './earlier.ts';
import { Heatmap, type HeatmapData, heightOf } from './heatmap.ts';
import { Legend } from './heatmap-legend.tsx';
import { titlesOf } from './line-titles.ts';
import type { PanelFacts } from './panel-facts.ts';
import { Before, ReadOut, Swatch } from './read-out.tsx';
import { back, events, nameOf, shown } from './store.ts';
import { isDark } from './theme.ts';
import { formatTime } from './times.ts';
import { formatValue } from './units.ts';
import { chosen, type PanelState, pinned, range } from './view-state.ts';

/** Pixels that a value has at least. */
const CELL = 3;

interface HeatmapAnswer {
  /** Lines in the order of the rows. */
  readonly now: Timeseries;
  readonly earlier: Earlier | null;
  /** How many containers there are to choose from. */
  readonly total: number;
}

/** A row for each container, what the colours mean, and what stands at the cursor. */
export function HeatmapPanel({ panel, facts }: { readonly panel: PanelState; readonly facts: Signal<PanelFacts> }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Heatmap | null>(null);
  const { rows, order, by, scale: kind } = panel.heatmap;
  const { answer, message } = useAnswer<HeatmapAnswer>(
    (signal) => load(panel, signal),
    ({ now }) => linesIn(now).length === 0,
    [panel.metric, rows, order, by],
  );
  const wantedScale = useSignal(kind);
  wantedScale.value = kind;
  const scale = useComputed(() => {
    const lines = answer.value === null ? [] : linesIn(answer.value.now);
    return scaleOf(
      lines.flatMap(({ values }) => values),
      wantedScale.value,
    );
  });
  const data = useComputed(() => dataOf(answer.value, scale.value));
  const pointed = useSignal<{ readonly at: number | null; readonly row: number | null }>({ at: null, row: null });

  useEffect(() => {
    const made = new Heatmap(host.current!, {
      zoom: (from, to) => (range.value = { from, to }),
      point: (at, row) => (pointed.value = { at, row }),
      pin: (time) => (pinned.value = time),
    });
    plot.current = made;
    return () => made.destroy();
  }, []);

  useSignalEffect(() => {
    const dark = isDark.value;
    if (data.value !== null) plot.current?.show(data.value, dark, shown.value);
  });
  useSignalEffect(() => {
    const found = answer.value;
    facts.value = { unit: found?.now.charts[0]?.unit ?? null, note: found === null ? null : noteOf(found, panel) };
  });

  const unit = facts.value.unit;
  const { at, row } = pointed.value;
  const shades = shadesOf(isDark.value);
  const lines = linesIn(answer.value?.now ?? null);
  const colourAt = (value: number | null): string =>
    value === null ? 'transparent' : cssOf(shadeAt(shades, scale.value.partOf(value)));
  const values = row === null || at === null ? null : { value: lines[row]?.values[at] ?? null, line: lines[row] };
  return (
    <>
      <div
        class="plot heatmap"
        ref={(element) => {
          host.current = element;
          if (element !== null) element.style.height = `${heightOf(Math.max(4, data.value?.rows.length ?? 0))}px`;
        }}
        role="application"
        tabIndex={0}
        aria-label={`${panel.metric} by container and time: arrows go from value to value, Enter lists the processes`}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || plot.current?.press(event) !== true) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {message.value !== null && <p class="message">{message.value}</p>}
      </div>
      {lines.length > 0 && <Legend scale={scale.value} shades={shades} unit={unit} value={values?.value ?? null} />}
      <p class="cell" aria-live="polite">
        {values?.line !== undefined && at !== null && row !== null && (
          <>
            <Swatch colour={colourAt(values.value)} />
            <strong>{data.value?.rows[row]?.name}</strong>
            <span class="value">{values.value === null ? 'no value' : formatValue(values.value, unit)}</span>
            {(values.line.highest?.[at] ?? null) !== null && (
              <span>{`${formatValue(values.line.lowest?.[at], unit)} to ${formatValue(values.line.highest?.[at], unit)}`}</span>
            )}
            {answer.value?.earlier?.[row] !== undefined && (
              <Before value={values.value} before={answer.value.earlier[row]?.[at] ?? null} unit={unit} />
            )}
            <span class="instant">{formatTime(data.value!.from + at * data.value!.step)}</span>
          </>
        )}
      </p>
      {data.value !== null && (
        <ReadOut
          data={{
            times: lines[0]?.values.map((_, place) => (data.value!.from + place * data.value!.step) / 1000) ?? [],
            unit,
            lines: data.value.rows.map(({ name, values: own }, place) => ({
              name,
              values: own,
              colour: colourAt(at === null ? (own.findLast((one) => one !== null) ?? null) : (own[at] ?? null)),
              ...(answer.value?.earlier?.[place] === undefined ? {} : { earlier: answer.value.earlier[place] }),
            })),
          }}
          at={at}
          back={back.value}
        />
      )}
    </>
  );
}

/** How many there are where not all of them have a row. */
function noteOf({ now, total }: HeatmapAnswer, { heatmap }: PanelState): string | null {
  const lines = linesIn(now).length;
  if (lines >= total) return null;
  return lines < heatmap.rows ? `${lines} of ${total} have it` : `top ${lines} of ${total}`;
}

function linesIn(answer: Timeseries | null): Timeseries['charts'][number]['lines'] {
  return answer?.charts[0]?.lines ?? [];
}

/** First which containers have the most of what they are ordered by, then their values. */
async function load({ metric, heatmap }: PanelState, signal: AbortSignal): Promise<HeatmapAnswer> {
  const { from, to } = shown.peek();
  const span = { from: Math.floor(from), to: Math.ceil(to) };
  const { rows, order, by } = heatmap;
  const wanted = new Set(chosen.peek());
  const ranked = await get<{ containers: Container[]; total: number }>(
    'containers',
    { ...span, top: order ?? metric, by, limit: wanted.size === 0 ? rows : 10_000 },
    signal,
  );
  const all = wanted.size === 0 ? ranked.containers : ranked.containers.filter((one) => wanted.has(nameOf(one)));
  const names = all.slice(0, rows).map(nameOf);
  const width = document.querySelector('main')?.clientWidth ?? window.innerWidth;
  const points = Math.max(60, Math.floor((width * 0.8) / CELL));
  // Where nobody was seen this finds nothing, and says of which unit.
  const asked = names.length > 0 ? names : [...wanted];
  const found = await get<Timeseries>(
    'timeseries',
    { metrics: metric, ...span, points, ...(asked.length === 0 ? { top: 1 } : { containers: asked.join(',') }) },
    signal,
  );
  const place = new Map(names.map((name, at) => [name, at]));
  const placeOf = ({ node, key }: { readonly node: string | null; readonly key: string | null }): number =>
    place.get(nameOf({ node: node ?? '', key: key ?? '' })) ?? names.length;
  const [chart] = found.charts;
  const lines = chart!.lines.toSorted((a, b) => placeOf(a) - placeOf(b));
  const now = { ...found, charts: [{ ...chart!, lines }] };
  const total = wanted.size === 0 ? ranked.total : all.length;
  return { now, earlier: await earlierOf(now, 'container', signal), total };
}

function dataOf(answer: HeatmapAnswer | null, scale: HeatmapData['scale']): HeatmapData | null {
  if (answer === null) return null;
  const { from, step, buckets } = answer.now;
  const lines = linesIn(answer.now);
  const titles = titlesOf(lines);
  const rows = lines.map(({ values }, at) => ({ name: titles[at]!, values }));
  // Of so many containers only losses have room.
  const marks = events.value.filter(({ severity }) => severity === 'critical');
  return { from, step, buckets, rows, scale, events: marks, pinned: pinned.value };
}
