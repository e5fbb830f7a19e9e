import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAnswer } from './answer.ts';
import { get, type RecordedEvent, type Studied, type Timeseries } from './api.ts';
import { Chart, type ChartData, type ChartLine, NO_DATA } from './chart.ts';
import { CORRELATION, Correlations } from './correlations.tsx';
import { type Earlier, earlierOf } from './earlier.ts';
import { titlesOf } from './line-titles.ts';
import { coloursOf } from './palette.ts';
import type { PanelFacts } from './panel-facts.ts';
import { ReadOut } from './read-out.tsx';
import { back, events, metrics, shown } from './store.ts';
import { Findings, idOf, useStudy } from './study.tsx';
import { isDark } from './theme.ts';
import { chosen, type PanelState, pinned, range } from './view-state.ts';

/** Lines of a chart when nothing is chosen: those with the most. */
const TOP = 10;

interface LinesAnswer {
  readonly now: Timeseries;
  readonly earlier: Earlier | null;
}

/** Lines over time, what stands at the cursor, and what a study finds in them. */
export function LinesPanel({ panel, facts }: { readonly panel: PanelState; readonly facts: Signal<PanelFacts> }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const { answer, message } = useAnswer<LinesAnswer>(
    (signal) => load(panel, signal),
    ({ now }) => now.charts[0]!.lines.length === 0,
    [panel.metric, panel.group],
  );
  const now = useComputed(() => answer.value?.now ?? null);
  const studied = useStudy(panel, now);
  const stacked = useSignal(panel.form === 'stacked');
  stacked.value = panel.form === 'stacked';
  // Drawn anew when names come that were not known when the values came.
  const data = useComputed(() => ({
    ...withFindings(chartOf(answer.value, events.value, pinned.value), now.value, studied.value.found),
    stacked: stacked.value,
  }));
  const pointed = useSignal<number | null>(null);

  useEffect(() => {
    const made = new Chart(host.current!, {
      zoom: (from, to) => (range.value = { from, to }),
      point: (at) => (pointed.value = at),
      pin: (time) => (pinned.value = time),
    });
    chart.current = made;
    return () => made.destroy();
  }, []);

  useSignalEffect(() => {
    chart.current?.show(data.value, isDark.value, shown.value);
  });
  useSignalEffect(() => {
    const [first] = now.value?.charts ?? [];
    const left = first === undefined ? 0 : first.total - first.lines.length;
    facts.value = {
      unit: first?.unit ?? null,
      note: left > 0 ? `top ${first!.lines.length} of ${first!.total}` : null,
    };
  });

  const named = drawnLines(data.value, now.value);
  return (
    <>
      <div
        class="plot"
        ref={host}
        role="application"
        tabIndex={0}
        aria-label={`${panel.metric} over time: arrows move the cursor, Enter lists the processes`}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || chart.current?.press(event) !== true) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {message.value !== null && <p class="message">{message.value}</p>}
      </div>
      <AtCursor data={data} pointed={pointed} />
      {panel.study === CORRELATION && <Correlations panel={panel} answer={now.value} named={named} />}
      {panel.study !== null && panel.study !== CORRELATION && (
        <Findings state={studied.value} study={panel.study} lines={named} />
      )}
    </>
  );
}

/** By itself, as it is written anew with each move of the cursor. */
function AtCursor({
  data,
  pointed,
}: {
  readonly data: ReadonlySignal<ChartData>;
  readonly pointed: ReadonlySignal<number | null>;
}) {
  return <ReadOut data={data.value} at={pointed.value} back={back.value} />;
}

async function load({ metric, group }: PanelState, signal: AbortSignal): Promise<LinesAnswer> {
  const { from, to } = shown.peek();
  const names = chosen.peek();
  const known = metrics.peek().find(({ id }) => id === metric);
  const limit = names.length === 1 && group === 'container' ? (known?.limit ?? undefined) : undefined;
  const now = await get<Timeseries>(
    'timeseries',
    {
      metrics: limit === undefined ? metric : `${metric},${limit}`,
      from: Math.floor(from),
      to: Math.ceil(to),
      points: Math.max(200, Math.round(window.innerWidth)),
      group,
      ...(names.length === 0 ? { top: TOP } : { containers: names.join(',') }),
    },
    signal,
  );
  return { now, earlier: await earlierOf(now, group, signal) };
}

/** Name and colour of each line that is drawn, by what a study calls it. */
function drawnLines(
  { lines }: ChartData,
  answer: Timeseries | null,
): ReadonlyMap<string, { readonly name: string; readonly colour: string }> {
  const answered = answer?.charts[0]?.lines ?? [];
  return new Map(answered.map((line, at) => [idOf({ ...line, container: line.container ?? '' }), lines[at]!]));
}

/** With the marks of a study. */
function withFindings(data: ChartData, answer: Timeseries | null, studied: Studied | null): ChartData {
  if (studied === null) return data;
  const drawn = drawnLines(data, answer);
  const findings = studied.lines.flatMap((line) => {
    const colour = drawn.get(idOf(line))?.colour;
    return colour === undefined ? [] : line.findings.map(({ from, to, line: ends }) => ({ from, to, ends, colour }));
  });
  return { ...data, findings };
}

/** The first chart of an answer, with the second one as its limit. */
function chartOf(answer: LinesAnswer | null, marks: readonly RecordedEvent[], instant: number | null): ChartData {
  if (answer === null) return NO_DATA;
  const { now, earlier } = answer;
  const [chart, limits] = now.charts;
  const titles = titlesOf(chart!.lines);
  const colours = coloursOf(titles);
  const drawn: ChartLine[] = chart!.lines.map(({ values, lowest, highest }, at) => ({
    name: titles[at]!,
    colour: colours[at]!,
    values,
    ...(lowest === undefined || highest === undefined ? {} : { lowest, highest }),
    ...(earlier?.[at] === undefined ? {} : { earlier: earlier[at] }),
  }));
  for (const line of limits?.lines ?? []) {
    drawn.push({ name: 'limit', colour: '#999999', values: line.values, limit: true });
  }
  return { ...NO_DATA, times: timesOf(now), lines: drawn, unit: chart!.unit, events: marks, pinned: instant };
}

/** Seconds since the Unix epoch, as charts have them. */
function timesOf({ from, step, buckets }: Timeseries): number[] {
  return Array.from({ length: buckets }, (_, at) => (from + at * step) / 1000);
}
