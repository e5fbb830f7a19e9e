import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Finding, get, type Studied, type Timeseries } from './api.ts';
import { Swatch } from './read-out.tsx';
import { nameOf, shown } from './store.ts';
import { formatLength, formatTime } from './times.ts';
import { formatValue } from './units.ts';
import { type Group, type PanelState, range } from './view-state.ts';

/** Studies of a chart's lines, as the viewer names them, and as people do. */
export const STUDIES: Readonly<Record<string, string>> = {
  periodicity: 'periods',
  'change-points': 'changes of level',
  trend: 'trend',
  anomalies: 'anomalies',
};
/** What is found in lines that grow is looked for again after so long, in milliseconds. */
const AGAIN_MS = 10_000;
const MOST_LISTED = 30;

export interface StudyState {
  readonly found: Studied | null;
  readonly trouble: string | null;
}

/** Tables in which what a line is of has one row a tick. */
const TABLES: Partial<Record<Group, string>> = { process: 'processes', device: 'devices', interface: 'interfaces' };

const NOTHING: StudyState = { found: null, trouble: null };

/** What the study of a panel has found in its lines. */
export function useStudy({ metric, study, group }: PanelState, answer: Signal<Timeseries | null>): Signal<StudyState> {
  const state = useSignal<StudyState>(NOTHING);
  useEffect(() => {
    state.value = NOTHING;
    if (study === null || !(study in STUDIES)) return undefined;
    if (group !== 'container' && group !== 'each' && !metric.startsWith(`${TABLES[group] ?? ''}.`)) {
      state.value = { found: null, trouble: 'a study looks at each line for itself: choose lines by container' };
      return undefined;
    }
    let asking: AbortController | null = null;
    let asked = '';
    let askedAt = 0;
    const stop = answer.subscribe((drawn) => {
      const lines = drawn?.charts[0]?.lines ?? [];
      const names = [...new Set(lines.map(({ node, key }) => nameOf({ node: node ?? '', key: key ?? '' })))];
      const { from, to } = shown.peek();
      const question = `${names.join(',')} ${Math.round((to - from) / 1000)} ${'last' in range.peek() ? '' : from}`;
      if (names.length === 0 || (question === asked && Date.now() - askedAt < AGAIN_MS)) return;
      asked = question;
      askedAt = Date.now();
      asking?.abort();
      const own = (asking = new AbortController());
      const parameters = { metric, containers: names.join(','), from: Math.floor(from), to: Math.ceil(to) };
      get<Studied>(`studies/${study}`, parameters, own.signal).then(
        (found) => (state.value = { found, trouble: null }),
        (error: Error) => {
          if (error.name !== 'AbortError') state.value = { found: null, trouble: error.message };
        },
      );
    });
    return () => {
      stop();
      asking?.abort();
    };
  }, [metric, study, group]);
  return state;
}

interface ListedFinding {
  readonly name: string;
  readonly colour: string;
  readonly finding: Finding;
}

/** What was found, line by line, the surest first. */
export function Findings({
  state,
  study,
  lines,
}: {
  readonly state: StudyState;
  readonly study: string;
  readonly lines: ReadonlyMap<string, { readonly name: string; readonly colour: string }>;
}) {
  if (state.trouble !== null) return <p class="findings trouble">{state.trouble}</p>;
  if (state.found === null) return <p class="findings">Looking…</p>;
  const { unit } = state.found;
  const list: ListedFinding[] = state.found.lines.flatMap((line) => {
    const drawn = lines.get(idOf(line));
    return drawn === undefined ? [] : line.findings.map((finding) => ({ ...drawn, finding }));
  });
  if (list.length === 0)
    return <p class="findings">{`No ${STUDIES[study] ?? study} that noise would not have as well.`}</p>;
  const sorted = list.sort((a, b) => b.finding.confidence - a.finding.confidence || a.finding.from - b.finding.from);
  return (
    <ul class="findings" aria-label={STUDIES[study] ?? study} tabIndex={0}>
      {sorted.slice(0, MOST_LISTED).map(({ name, colour, finding }, at) => (
        <li key={at}>
          <Swatch colour={colour} />
          <span class="name">{name}</span>
          <span>{sentenceOf(finding, unit)}</span>
          <button class="link" onClick={() => lookAt(finding)}>
            {formatTime(finding.from)}
          </button>
          <span class="sure">{`${(Math.floor(finding.confidence * 1000) / 10).toFixed(1)} % sure`}</span>
        </li>
      ))}
      {sorted.length > MOST_LISTED && <li>{`and ${sorted.length - MOST_LISTED} more`}</li>}
    </ul>
  );
}

/** A line of an answer, as both the chart and its study name it. */
export function idOf({ node, container, keys }: Pick<Studied['lines'][number], 'node' | 'container' | 'keys'>): string {
  return JSON.stringify([node, container, Object.values(keys)]);
}

function sentenceOf({ text, facts, from, to }: Finding, unit: string | null): string {
  const value = (name: string): string => formatValue(facts[name], unit);
  if (facts['period_ms'] !== undefined) {
    const period = (facts['period_ms'] ?? 0) / 1000;
    return `${text} every ${period < 100 ? `${period.toPrecision(3)} s` : formatLength(period * 1000)}, by ±${value('amplitude')}, for ${formatLength(to - from)}`;
  }
  if (facts['before'] !== undefined) return `${text} from ${value('before')} to ${value('after')}`;
  if (facts['per_second'] !== undefined)
    return `${text} by ${formatValue(facts['per_second'], unit)} a second${limitOf(facts)}`;
  return `${text}: ${value('value')}, usually ${value('usual')}`;
}

function limitOf(facts: Finding['facts']): string {
  const [expected, earliest, latest] = ['limit_in_ms', 'limit_earliest_in_ms', 'limit_latest_in_ms'].map(
    (name) => facts[name] ?? null,
  );
  if (expected === null || expected === undefined) return '';
  if (expected === 0) return '; it is at its limit';
  const between = [earliest, latest].map((ms) => (ms === null || ms === undefined ? '?' : formatLength(ms)));
  return `; at its limit in ${formatLength(expected)} (${between.join(' to ')})`;
}

/** Twice as much time as was found, or a minute on each side of an instant. */
function lookAt({ from, to }: Finding): void {
  const around = Math.max(60_000, (to - from) / 2);
  range.value = { from: from - around, to: to + around };
}
